import { z } from 'zod';
import {
  additionResultSchema,
  negatedAccuraciesSchema,
  negationResultSchema,
  taskAccuraciesSchema,
} from './results';
import { evaluationModeSchema } from './specs/common';

/** A `negation` artifact, or one of others, who do not measure it at α = 1. */
export const benchmarkNegationSchema = negationResultSchema.extend({
  tasks: z.array(
    negationResultSchema.shape.tasks.element.extend({ testAtOne: negatedAccuraciesSchema.nullable() }),
  ),
});
/** See {@link benchmarkNegationSchema}. */
export type BenchmarkNegation = z.infer<typeof benchmarkNegationSchema>;

/** What one method gave with one seed; null where it was not (yet) measured. */
export const seedResultSchema = z.object({
  seed: z.int(),
  addition: additionResultSchema.nullable(),
  negation: benchmarkNegationSchema.nullable(),
  /** Each task on its own, for where neither was measured: test splits at α = 0, both splits at α = 1. */
  alone: z
    .object({
      pretrained: taskAccuraciesSchema.nullable(),
      singleTask: z.object({ val: taskAccuraciesSchema, test: taskAccuraciesSchema }),
    })
    .optional(),
});
/** See {@link seedResultSchema}. */
export type SeedResult = z.infer<typeof seedResultSchema>;

/** What one method gave: fine-tuning and evaluation in f, post-hoc in the expansion, or all in the expansion. */
export const methodResultSchema = z.object({
  method: evaluationModeSchema,
  seeds: z.array(seedResultSchema).min(1),
});
/** See {@link methodResultSchema}. */
export type MethodResult = z.infer<typeof methodResultSchema>;

/**
 * Everything that the benchmark of arXiv 2305.12827 measures with one pre-trained model, as it was
 * measured; tables, spreads and warnings follow from it. Also what result files of the reference
 * implementation are read into.
 */
export const benchmarkResultsSchema = z.object({
  format: z.literal('tangent-benchmark-results/1'),
  /** For people: the study or folder, and the model. */
  title: z.string(),
  model: z.string(),
  /** Names of the tasks, in the order of every list of accuracies. */
  tasks: z.array(z.string()).min(1),
  /** C of each task, for the accuracy of chance; 1 where it is not known. */
  classCounts: z.array(z.int().min(1)),
  /** Name of the control task; null if nothing was negated. */
  control: z.string().nullable(),
  methods: z.array(methodResultSchema),
  /** The same from one random θ0 for all tasks and seeds; empty if it was not measured. */
  randomInit: z.array(methodResultSchema),
  /** What whoever collected the results has to say about them, for example what files leave open. */
  notes: z.array(z.string()),
});
/** See {@link benchmarkResultsSchema}. */
export type BenchmarkResults = z.infer<typeof benchmarkResultsSchema>;

/** A quantity over seeds. */
export const spreadSchema = z.object({
  /** n, seeds. */
  count: z.int().min(1),
  mean: z.number(),
  /** Sample standard deviation (n − 1); null for one seed. */
  deviation: z.number().nullable(),
  /** Half the width of the 95 % interval of the mean by Student's t with n − 1 degrees; null for one seed. */
  interval: z.number().nullable(),
});
/** See {@link spreadSchema}. */
export type Spread = z.infer<typeof spreadSchema>;
