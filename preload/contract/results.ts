import { z } from 'zod';
import {
  artifactIdSchema,
  evaluationModeSchema,
  fingerprintSchema,
  finetuningModeSchema,
  splitNameSchema,
} from './specs/common';
import { datasetFormatSchema } from './specs/dataset-format';
import { mergeRuleSchema } from './specs/edit-merge.v1';

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

/** How the task vectors of an edit were trained; null where it is not known, as in the first results. */
const vectorKindSchema = finetuningModeSchema.nullable().default(null);

/** Content of an `addition` artifact. */
export const additionResultSchema = z.object({
  format: z.literal('tangent-addition/1'),
  mode: evaluationModeSchema,
  vectorKind: vectorKindSchema,
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
  /** The same at α = 1, where nothing is chosen; null in results that were made before it was measured. */
  testAtOne: taskAccuraciesSchema.nullable().default(null),
});
/** See {@link additionResultSchema}. */
export type AdditionResult = z.infer<typeof additionResultSchema>;

/** Content of a `merge` artifact: as of an addition, with the merged vector in place of the sum. */
export const mergeResultSchema = additionResultSchema.extend({
  format: z.literal('tangent-merge/1'),
  rule: mergeRuleSchema,
});
/** See {@link mergeResultSchema}. */
export type MergeResult = z.infer<typeof mergeResultSchema>;

/** Content of a `combination` artifact: θ0 + α Σ_t c_t τ_t on tasks of any kind. */
export const combinationResultSchema = z.object({
  format: z.literal('tangent-combination/1'),
  mode: evaluationModeSchema,
  /** c_t, and what each τ_t was trained on. */
  terms: z.array(z.object({ label: z.string(), scalingCoef: z.number() })),
  /** The validation sweep, α ascending; empty if α was given. */
  sweep: z.array(z.object({ scalingCoef: z.number(), val: z.array(accuracySchema) })),
  /** The smallest α with the largest mean validation accuracy, or 1. */
  chosenScalingCoef: z.number(),
  /** One for each task, on the test splits. */
  pretrained: z.array(accuracySchema),
  test: z.array(accuracySchema),
});
/** See {@link combinationResultSchema}. */
export type CombinationResult = z.infer<typeof combinationResultSchema>;

/** Accuracies of one negated model on its target task and on the control task. */
export const negatedAccuraciesSchema = z.object({
  target: accuracySchema,
  control: accuracySchema,
});
/** See {@link negatedAccuraciesSchema}. */
export type NegatedAccuracies = z.infer<typeof negatedAccuraciesSchema>;

/** Content of a `negation` artifact: θ0 − α τ_t for each task t on its own. */
export const negationResultSchema = z.object({
  format: z.literal('tangent-negation/1'),
  mode: evaluationModeSchema,
  vectorKind: vectorKindSchema,
  /** The least validation accuracy on the control task, as a fraction of the pre-trained model's. */
  controlThreshold: z.number(),
  /** α = 0 on the control task. */
  pretrainedControl: z.object({ val: accuracySchema, test: accuracySchema }),
  tasks: z.array(
    z.object({
      task: z.string(),
      /** α = 0 on the test split of the target. */
      pretrained: accuracySchema,
      /** The task's own vector at α = 1 in the positive direction: what the single-task model reaches. */
      singleTask: z.object({ val: accuracySchema, test: accuracySchema }),
      /** The validation sweep, α ascending. */
      sweep: z.array(z.object({ scalingCoef: z.number(), val: negatedAccuraciesSchema })),
      /** The smallest α with the lowest target accuracy among those that keep the control. */
      chosenScalingCoef: z.number(),
      test: negatedAccuraciesSchema,
      /** The same at α = 1, whatever becomes of the control. */
      testAtOne: negatedAccuraciesSchema,
    }),
  ),
  /** Unweighted means over tasks of the test accuracies at the chosen α. */
  averageTargetTop1: z.number(),
  averageControlTop1: z.number(),
});
/** See {@link negationResultSchema}. */
export type NegationResult = z.infer<typeof negationResultSchema>;

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

/** What was found out about a checkpoint: content of a `model-report` artifact. */
export const modelReportSchema = z.object({
  format: z.literal('tangent-model-report/1'),
  /** Whose names its tensors have. */
  layout: z.enum(['hugging-face', 'open-clip', 'numbered']),
  container: z.enum(['safetensors', 'zip', 'torchscript', 'legacy']),
  facts: z.array(
    z.object({
      /** For example `activation`. */
      field: z.string(),
      value: z.string(),
      /** Where it was read: `config.json`, `its name`, `your choice`. */
      source: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  /** Names of tensors that belong to neither tower. */
  leftOut: z.array(z.string()),
  /** Names in a pickle that were not understood; none was executed. */
  unknownGlobals: z.array(z.string()),
  hasTextEncoder: z.boolean(),
});
/** See {@link modelReportSchema}. */
export type ModelReport = z.infer<typeof modelReportSchema>;

const entrySchema = z.object({
  /** Name of an image or path of a file inside the source. */
  file: z.string(),
  reason: z.string(),
});

/** What an import of a dataset left out or found odd: content of an `import-report` artifact. */
export const datasetReportSchema = z.object({
  format: z.literal('tangent-dataset-report/1'),
  /** How the files were read, and why that format was taken. */
  source: z.object({ format: datasetFormatSchema, reason: z.string() }),
  counts: z.object({ train: z.int(), val: z.int(), test: z.int() }),
  classCount: z.int(),
  /** Entries that are not in the dataset. */
  refused: z.array(entrySchema),
  /** Images that are in the dataset although something is odd about them. */
  warnings: z.array(entrySchema),
  /** Pairs of splits that share images, by the hash of their decoded pixels. */
  leaks: z.array(
    z.object({
      splits: z.tuple([splitNameSchema, splitNameSchema]),
      /** Images of the second split that are also in the first. */
      count: z.int(),
      /** The first few, as pairs of names in the order of `splits`. */
      examples: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
  /** What was assumed because the files do not say it. */
  notes: z.array(z.string()),
  /** Where it is not what it ought to be: what the known dataset has, and classes without training images. */
  differences: z.array(z.string()),
});
/** See {@link datasetReportSchema}. */
export type DatasetReport = z.infer<typeof datasetReportSchema>;

/** How a dataset on the user's disk would be read. */
export const datasetInspectionSchema = z.object({
  format: z.literal('tangent-dataset-inspection/1'),
  source: z.object({ format: datasetFormatSchema, title: z.string(), reason: z.string() }),
  classes: z.array(z.string()),
  /** The portions that its files divide it into, and their entries. */
  parts: z.array(z.object({ name: z.string(), count: z.int() })),
  /** Which parts make each split unless someone says otherwise. */
  assignment: z.object({ train: z.array(z.string()), val: z.array(z.string()), test: z.array(z.string()) }),
  notes: z.array(z.string()),
});
/** See {@link datasetInspectionSchema}. */
export type DatasetInspection = z.infer<typeof datasetInspectionSchema>;

/** What was found out about a source without importing it: content of an `inspection` artifact. */
export const inspectionSchema = z.discriminatedUnion('format', [modelReportSchema, datasetInspectionSchema]);
/** See {@link inspectionSchema}. */
export type Inspection = z.infer<typeof inspectionSchema>;
