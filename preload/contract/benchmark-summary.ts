import { z } from 'zod';
import { spreadSchema } from './benchmark-results';
import { evaluationModeSchema } from './specs/common';

/** A quantity over seeds, with the value of every seed. */
export const seedSpreadSchema = spreadSchema.extend({
  /** Seeds that have the quantity, and its values, in the same order. */
  seeds: z.array(z.int()),
  values: z.array(z.number()),
});
/** See {@link seedSpreadSchema}. */
export type SeedSpread = z.infer<typeof seedSpreadSchema>;

/** A quantity of every task; `average` is taken over tasks for each seed first. Null where no seed has it. */
export const taskSpreadsSchema = z.object({
  /** In the order of the summary's tasks. */
  tasks: z.array(seedSpreadSchema.nullable()),
  average: seedSpreadSchema.nullable(),
});
/** See {@link taskSpreadsSchema}. */
export type TaskSpreads = z.infer<typeof taskSpreadsSchema>;

/** Test accuracies of the sum of all tasks, as fractions; these two are always told together. */
export const addedSpreadsSchema = z.object({
  /** top1_t and (1/T) Σ_t top1_t. */
  absolute: taskSpreadsSchema,
  /** top1_t / single_t by the single-task model of the same method, and the mean of these ratios. */
  normalized: taskSpreadsSchema,
});
/** See {@link addedSpreadsSchema}. */
export type AddedSpreads = z.infer<typeof addedSpreadsSchema>;

/** Task addition of one method over seeds. */
export const additionSummarySchema = z.object({
  /** α that each seed's validation sweep chose. */
  chosenScalingCoef: seedSpreadSchema,
  tuned: addedSpreadsSchema,
  /** At α = 1; null where it was not measured. */
  atOne: addedSpreadsSchema.nullable(),
  /** Averages over tasks on validation data, α ascending. */
  curve: z.array(
    z.object({
      scalingCoef: z.number(),
      absolute: seedSpreadSchema,
      normalized: seedSpreadSchema.nullable(),
    }),
  ),
});
/** See {@link additionSummarySchema}. */
export type AdditionSummary = z.infer<typeof additionSummarySchema>;

/** Task negation of one method over seeds; test accuracies of each task's own negation, as fractions. */
export const negationSummarySchema = z.object({
  /** Least validation accuracy on the control, as a fraction of the pre-trained model's. */
  controlThreshold: z.number(),
  /** α that was chosen for each task. */
  chosenScalingCoefs: taskSpreadsSchema,
  target: taskSpreadsSchema,
  control: taskSpreadsSchema,
  /** At α = 1; null where it was not measured. */
  atOne: z.object({ target: taskSpreadsSchema, control: taskSpreadsSchema }).nullable(),
  /** Averages over tasks on validation data, α ascending. */
  curve: z.array(z.object({ scalingCoef: z.number(), target: seedSpreadSchema, control: seedSpreadSchema })),
});
/** See {@link negationSummarySchema}. */
export type NegationSummary = z.infer<typeof negationSummarySchema>;

/** What one method gave over its seeds; fractions. */
export const methodSummarySchema = z.object({
  method: evaluationModeSchema,
  seeds: z.array(z.int()),
  /** Test top-1 before any training, α = 0. */
  pretrained: taskSpreadsSchema,
  /** Test top-1 of each task's own model, α = 1. */
  singleTask: taskSpreadsSchema,
  addition: additionSummarySchema.nullable(),
  negation: negationSummarySchema.nullable(),
});
/** See {@link methodSummarySchema}. */
export type MethodSummary = z.infer<typeof methodSummarySchema>;

/** How much better single-task models of f are than linearised ones, by task and over common seeds. */
export const advantageSummarySchema = z.object({
  /** `posthoc`: as in Fig. 2 of arXiv 2305.12827; `linear`: as in Fig. 5. */
  against: z.enum(['posthoc', 'linear']),
  /** acc_nl − acc_lin. */
  raw: taskSpreadsSchema,
  /** (acc_nl − acc_lin) / (1 − 1/C), in [−1,1]. */
  normalized: taskSpreadsSchema,
});
/** See {@link advantageSummarySchema}. */
export type AdvantageSummary = z.infer<typeof advantageSummarySchema>;

/** What the results of a benchmark come to, over seeds. */
export const benchmarkSummarySchema = z.object({
  format: z.literal('tangent-benchmark-summary/1'),
  title: z.string(),
  model: z.string(),
  tasks: z.array(z.string()).min(1),
  control: z.string().nullable(),
  /** Test top-1 of the pre-trained model, as fractions; null where nothing says it. */
  zeroShot: z.object({
    tasks: z.array(z.number().nullable()),
    average: z.number().nullable(),
    control: z.object({ val: z.number(), test: z.number() }).nullable(),
  }),
  methods: z.array(methodSummarySchema),
  advantages: z.array(advantageSummarySchema),
  randomInit: z.object({
    methods: z.array(methodSummarySchema),
    /** (1/T) Σ_t 1/C_t; null where a C is not known. */
    chance: z.number().nullable(),
  }),
});
/** See {@link benchmarkSummarySchema}. */
export type BenchmarkSummary = z.infer<typeof benchmarkSummarySchema>;
