import { z } from 'zod';
import { benchmarkSchema, benchmarkTrainingSchema } from './benchmark';
import { studyPlanSchema } from './records';
import { artifactIdSchema, seedSchema, engineRequestSchema } from './specs/common';
import { runKindSchema } from './specs/index';

/** Stands in a template where a step needs an artifact that an earlier step makes. */
export const stepOutputReferenceSchema = z.object({ $output: z.string(), of: z.string() }).strict();

/**
 * Stands in a template where `import-dataset` needs a folder that a `render-tasks` step writes:
 * the folder's path and, under `fingerprint`, what it holds.
 */
export const renderedFolderReferenceSchema = z
  .object({ $renderedFolder: z.string(), of: z.string(), property: z.enum(['folder', 'fingerprint']) })
  .strict();

/**
 * Stands in a template where an import reads what comes with the program: a folder of `resources`, its path
 * and, under `fingerprint`, what it holds.
 */
export const resourceReferenceSchema = z
  .object({
    $resource: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)*$/),
    property: z.enum(['path', 'fingerprint']),
  })
  .strict();

/** One step of a study: a run spec in which inputs may refer to outputs of earlier steps. */
export const studyStepSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    title: z.string(),
    spec: z.looseObject({ kind: runKindSchema }),
  })
  .strict();
/** See {@link studyStepSchema}. */
export type StudyStep = z.infer<typeof studyStepSchema>;

const stepName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

/** A study as data: steps in an order in which each refers only to those before it. */
export const studyGraphSchema = z
  .object({
    format: z.literal('tangent-study/1'),
    name: stepName,
    title: z.string(),
    description: z.string(),
    steps: z.array(studyStepSchema).min(1),
    /** The benchmark whose steps they are, with its artifacts chosen; absent in graphs of one's own. */
    benchmark: benchmarkSchema.optional(),
  })
  .strict();
/** See {@link studyGraphSchema}. */
export type StudyGraph = z.infer<typeof studyGraphSchema>;

/** Settings that belong together, for example those that a paper's text gives. */
export const benchmarkPresetSchema = z
  .object({
    description: z.string(),
    training: benchmarkTrainingSchema,
    /** Steps of tasks by name, where they are not those of all. */
    steps: z.record(z.string(), z.int().min(1)),
  })
  .strict();

/** The paper's benchmark as data, from which the steps follow. */
export const benchmarkTemplateSchema = z
  .object({
    format: z.literal('tangent-benchmark/1'),
    name: stepName,
    title: z.string(),
    description: z.string(),
    benchmark: benchmarkSchema,
    /** Alternatives to the training of the benchmark, by name. */
    presets: z.record(stepName, benchmarkPresetSchema),
  })
  .strict();
/** See {@link benchmarkTemplateSchema}. */
export type BenchmarkTemplate = z.infer<typeof benchmarkTemplateSchema>;

/** A study that can be started. */
export const studyTemplateSchema = z.discriminatedUnion('format', [
  studyGraphSchema,
  benchmarkTemplateSchema,
]);
/** See {@link studyTemplateSchema}. */
export type StudyTemplate = z.infer<typeof studyTemplateSchema>;

/** What may be chosen when a benchmark is started, instead of what its template says. */
export const benchmarkChoicesSchema = z
  .object({
    preset: z.string().nullable().default(null),
    /** A `model` artifact. */
    model: artifactIdSchema.nullable().default(null),
    /** `dataset` artifacts by the names of tasks. */
    datasets: z.record(z.string(), artifactIdSchema).default({}),
    seeds: z
      .array(seedSchema)
      .min(1)
      .refine((seeds) => new Set(seeds).size === seeds.length, 'must not repeat a seed')
      .nullable()
      .default(null),
    learningRate: z.number().positive().max(10).nullable().default(null),
    engine: engineRequestSchema.nullable().default(null),
  })
  .strict();
/** See {@link benchmarkChoicesSchema}. */
export type BenchmarkChoices = z.infer<typeof benchmarkChoicesSchema>;

/** What a benchmark needs, what of it is there, and which runs it comes to. */
export const benchmarkCheckSchema = z.object({
  /** One line for the model and for each task. */
  needs: z.array(
    z.object({
      /** `model`, or the name of a task. */
      subject: z.string(),
      state: z.enum(['found', 'made', 'missing', 'unfit']),
      /** What was found, or what is wrong. */
      detail: z.string(),
      /** What to do about it; null where nothing is to be done. */
      advice: z.string().nullable(),
    }),
  ),
  isReady: z.boolean(),
  plan: studyPlanSchema,
});
/** See {@link benchmarkCheckSchema}. */
export type BenchmarkCheck = z.infer<typeof benchmarkCheckSchema>;
