import { z } from 'zod';
import { artifactIdSchema, splitNameSchema } from './specs/common';
import { kernelScalarSchema } from './specs/ntk.v1';

/** Images that a kernel was computed on. */
const kernelImagesSchema = z.object({
  /** Name of the dataset. */
  task: z.string(),
  dataset: artifactIdSchema,
  /** Their places in the split. */
  indices: z.array(z.int().min(0)),
  /** Their class indices. */
  labels: z.array(z.int().min(0)),
});

const energyCurveSchema = z.object({ task: z.array(z.number()), control: z.array(z.number()) });

/** One eigenfunction; images by their places, those of the task first, then those of the control. */
const eigenfunctionSchema = z.object({
  /** σ of the rectangular block. */
  singularValue: z.number(),
  /** Σ φ(x)² over the images of the task; the rest of 1 lies on the control. */
  energyOnTask: z.number(),
  largest: z.array(z.int().min(0)),
  smallest: z.array(z.int().min(0)),
});
/** The kernel of one scalar. */
export const kernelSpectrumSchema = z.object({
  /** For people: the class, the number of the feature. */
  output: z.string(),
  /** Of the rectangular block, descending: all of them, or the leading ones that were asked for. */
  singularValues: z.array(z.number()),
  /** How many of them are more than rounding. */
  numericalRank: z.int().min(0),
  /** How many eigenfunctions the local energy keeps. */
  rank: z.int().min(0),
  /** Mean local energy at that rank. */
  localEnergy: z.object({ task: z.number(), control: z.number() }),
  /** Mean local energy with 1, 2, … eigenfunctions kept. */
  byRank: energyCurveSchema,
  /** The leading eigenfunctions. */
  eigenfunctions: z.array(eigenfunctionSchema),
});
/** See {@link kernelSpectrumSchema}. */
export type KernelSpectrum = z.infer<typeof kernelSpectrumSchema>;

/** Content of an `ntk` artifact. */
export const ntkResultSchema = z.object({
  format: z.literal('tangent-ntk/1'),
  /** Name of the model. */
  model: z.string(),
  kernel: z.object({
    /** What the kernels are of, the un-normalised feature as it is. */
    scalar: kernelScalarSchema,
    /** Where: `params0` is θ0, `params` is θ0 + τ. */
    point: z.enum(['params0', 'params']),
    method: z.enum(['gram', 'products']),
  }),
  split: splitNameSchema,
  images: z.object({ task: kernelImagesSchema, control: kernelImagesSchema }),
  /** One for each output. */
  spectra: z.array(kernelSpectrumSchema),
  /** Averaged over the outputs. */
  localEnergy: z.object({
    task: z.number(),
    control: z.number(),
    /** Up to the lowest rank among the outputs. */
    byRank: energyCurveSchema,
    /** In the order of the images. */
    perImage: energyCurveSchema,
    /** Mean over the images of each class of the task. */
    perClass: z.array(z.object({ class: z.string(), count: z.int().min(0), mean: z.number().nullable() })),
  }),
});
/** See {@link ntkResultSchema}. */
export type NtkResult = z.infer<typeof ntkResultSchema>;
