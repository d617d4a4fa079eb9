import { z } from 'zod';
import { artifactIdSchema, evaluationModeSchema, fingerprintSchema, splitNameSchema } from './specs/common';

/** Top-1 accuracy on one split of one task. */
export const accuracySchema = z.object({
  /** Name of the dataset. */
  task: z.string(),
  dataset: artifactIdSchema,
  /** Images that were classified correctly, and images in all. */
  correct: z.int().min(0),
  count: z.int().min(1),
  /** correct / count, a fraction in [0,1]. */
  top1: z.number().min(0).max(1),
});
/** See {@link accuracySchema}. */
export type Accuracy = z.infer<typeof accuracySchema>;

/** Content of an `evaluation` artifact. */
export const evaluationResultSchema = z.object({
  format: z.literal('tangent-evaluation/1'),
  mode: evaluationModeSchema,
  split: splitNameSchema,
  scalingCoefs: z.array(z.number()),
  accuracy: accuracySchema,
});
/** See {@link evaluationResultSchema}. */
export type EvaluationResult = z.infer<typeof evaluationResultSchema>;

/** Accuracies of one model on all tasks, with the two means that papers report. */
export const taskAccuraciesSchema = z.object({
  tasks: z.array(
    accuracySchema.extend({
      /** top1 divided by the single-task top1 of the same method on the same split; null if that is 0. */
      normalizedTop1: z.number().nullable(),
    }),
  ),
  /** Unweighted mean of top1 over tasks. */
  averageTop1: z.number(),
  /** Mean of the ratios (not ratio of the means); null if a task has none. */
  averageNormalizedTop1: z.number().nullable(),
});
/** See {@link taskAccuraciesSchema}. */
export type TaskAccuracies = z.infer<typeof taskAccuraciesSchema>;

/** Content of an `addition` artifact. */
export const additionResultSchema = z.object({
  format: z.literal('tangent-addition/1'),
  mode: evaluationModeSchema,
  /** α = 0. */
  pretrained: taskAccuraciesSchema,
  /** Each task with its own vector alone at α = 1; the normalisers. */
  singleTask: z.object({ val: taskAccuraciesSchema, test: taskAccuraciesSchema }),
  /** The validation sweep, α ascending. */
  sweep: z.array(z.object({ scalingCoef: z.number(), val: taskAccuraciesSchema })),
  /** The smallest α with the largest mean normalised validation accuracy. */
  chosenScalingCoef: z.number(),
  /** The edited model on the test splits. */
  test: taskAccuraciesSchema,
});
/** See {@link additionResultSchema}. */
export type AdditionResult = z.infer<typeof additionResultSchema>;

/** Content of a `rendered-folder` artifact: image folders that a `render-tasks` run wrote. */
export const renderedFolderSchema = z.object({
  format: z.literal('tangent-rendered-folder/1'),
  tasks: z.array(
    z.object({
      name: z.string(),
      /** Path below the data directory's `rendered` folder, with `/` between names. */
      folder: z.string(),
      fingerprint: fingerprintSchema,
      fileCount: z.int(),
    }),
  ),
});
/** See {@link renderedFolderSchema}. */
export type RenderedFolder = z.infer<typeof renderedFolderSchema>;

/** What a training or an analysis will take: content of a `forecast` artifact. */
export const forecastSchema = z.object({
  format: z.literal('tangent-forecast/1'),
  work: z.enum(['standard', 'linear', 'responses']),
  batchSize: z.int(),
  steps: z.int(),
  /** What was measured, from small batches to larger ones. */
  probes: z.array(
    z.object({
      batchSize: z.int(),
      /** For one step; the faster of two. */
      milliseconds: z.number(),
      /** Largest resident size of the process. */
      peakBytes: z.int(),
    }),
  ),
  /** Expected largest resident size of the process, without the decoded images of a dataset. */
  peakBytes: z.int(),
  millisecondsPerStep: z.number(),
  totalMilliseconds: z.number(),
  /** Memory that was free when it was measured. */
  availableBytes: z.int(),
  fits: z.boolean(),
});
/** See {@link forecastSchema}. */
export type Forecast = z.infer<typeof forecastSchema>;
