import { z } from 'zod';
import {
  adamWSchema,
  artifactIdSchema,
  augmentationSchema,
  engineRequestSchema,
  evaluationModeSchema,
  finetuningModeSchema,
  seedSchema,
  trainingScheduleSchema,
} from './specs/common';
import { starterDomainSchema } from './specs/starter-domain';

/** The pre-trained model: the one that comes with the program, or one of the catalog with its text tower. */
const benchmarkModelSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('starter') }).strict(),
  z
    .object({
      from: z.literal('catalog'),
      /** Which image towers the study is meant for, for example ViT-B-32; empty for any. */
      architectures: z.array(z.string()),
      /** The `model` artifact; null until it is chosen. */
      artifact: artifactIdSchema.nullable(),
    })
    .strict(),
]);
/** Where the images of a task are from: drawn by the program, or a dataset of the catalog. */
const benchmarkDataSchema = z.discriminatedUnion('from', [
  z
    .object({
      from: z.literal('starter'),
      domain: starterDomainSchema,
      trainPerClass: z.int().min(1).max(10_000),
      testPerClass: z.int().min(1).max(10_000),
      valFraction: z.number().gt(0).lt(1),
    })
    .strict(),
  z
    .object({
      from: z.literal('catalog'),
      /** Name of a published dataset that the program knows, or of one's own as it was imported. */
      dataset: z.string().min(1),
      /** The `dataset` artifact; null until it is chosen. */
      artifact: artifactIdSchema.nullable(),
    })
    .strict(),
]);
const taskName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/);

/** A task of the benchmark, and how its classes become prompts. */
export const benchmarkTaskSchema = z
  .object({
    /** Name in tables and of its steps. */
    name: taskName,
    data: benchmarkDataSchema,
    /** Prompts of its head, with `{class}`; null for those of the published dataset. */
    templates: z.array(z.string().min(1)).min(1).nullable(),
    /** Steps of its fine-tuning, where they are not those of all tasks. */
    steps: z.int().min(1).nullable(),
  })
  .strict()
  .refine(({ data, templates }) => data.from === 'catalog' || templates !== null, {
    message: 'are needed for images that the program draws',
    path: ['templates'],
  });
/** See {@link benchmarkTaskSchema}. */
export type BenchmarkTask = z.infer<typeof benchmarkTaskSchema>;

/** How task vectors are trained; the same for all modes. */
export const benchmarkTrainingSchema = z
  .object({ augmentation: augmentationSchema, optimizer: adamWSchema, schedule: trainingScheduleSchema })
  .strict();
/** See {@link benchmarkTrainingSchema}. */
export type BenchmarkTraining = z.infer<typeof benchmarkTrainingSchema>;

/** The protocol of arXiv 2305.12827 with all its choices. */
export const benchmarkSchema = z
  .object({
    model: benchmarkModelSchema,
    tasks: z.array(benchmarkTaskSchema).min(1),
    /** The task on which negation must keep its accuracy; null to negate nothing. */
    control: benchmarkTaskSchema.nullable(),
    /** Seeds of the data order of fine-tuning; each gives task vectors of its own. */
    seeds: z.array(seedSchema).min(1),
    methods: z.array(evaluationModeSchema).min(1),
    training: benchmarkTrainingSchema,
    edits: z
      .object({
        /** Number of equidistant α from 0 to 1. */
        gridPoints: z.int().min(2).max(1001),
        controlThreshold: z.number().min(0).max(1),
        batchSize: z.int().min(1).max(65_536),
      })
      .strict(),
    /** The same addition from one random θ0 with the heads of the pre-trained model; null to leave it out. */
    randomInit: z
      .object({
        seed: seedSchema,
        modes: z.array(finetuningModeSchema).min(1),
        /** Null for that of the task vectors, with the steps of each task; else one of its own for all tasks. */
        training: benchmarkTrainingSchema.nullable(),
      })
      .strict()
      .nullable(),
    engine: engineRequestSchema,
  })
  .strict()
  .refine(({ tasks, control }) => hasDistinctNames([...tasks, ...(control === null ? [] : [control])]), {
    message: 'must have a name each, and the control one of its own',
    path: ['tasks'],
  })
  .refine(({ seeds }) => new Set(seeds).size === seeds.length, {
    message: 'must not repeat a seed',
    path: ['seeds'],
  })
  .refine(({ methods }) => new Set(methods).size === methods.length, {
    message: 'must not repeat a method',
    path: ['methods'],
  });
/** See {@link benchmarkSchema}. */
export type Benchmark = z.infer<typeof benchmarkSchema>;

function hasDistinctNames(tasks: readonly { readonly name: string }[]): boolean {
  return new Set(tasks.map(({ name }) => name.toLowerCase())).size === tasks.length;
}
