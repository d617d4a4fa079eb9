import { z } from 'zod';
import { progressEventSchema } from './events';
import { accuracySchema } from './results';
import {
  artifactIdSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
  splitNameSchema,
} from './specs/common';

/** What an edit lab holds in memory: task vectors, and tasks on whose images their edits are measured. */
export const labSpecSchema = z
  .object({
    mode: evaluationModeSchema,
    model: artifactIdSchema,
    taskVectors: z.array(artifactIdSchema).min(1),
    /** Where edits are measured; a control is one of them. */
    tasks: z.array(z.object({ dataset: artifactIdSchema, head: artifactIdSchema }).strict()).min(1),
    split: splitNameSchema,
    /** Images of each task, drawn with the seed; null for all. */
    imageCount: z.int().min(1).max(10_000_000).nullable(),
    seed: seedSchema,
    batchSize: z.int().min(1).max(65_536),
    engine: engineRequestSchema,
  })
  .strict();
/** See {@link labSpecSchema}. */
export type LabSpec = z.infer<typeof labSpecSchema>;

/**
 * What of an edit is asked: how good it is on every task; or, with one vector for each task, which images of a task it
 * predicts otherwise than the task's own vector does alone.
 */
export const labTopicSchema = z.enum(['accuracies', 'disagreements']);
/** See {@link labTopicSchema}. */
export type LabTopic = z.infer<typeof labTopicSchema>;

/** The images of a task on which an edit predicts otherwise than the task's own vector alone; each list has one entry an image. */
const taskDisagreementSchema = z.object({
  /** Name of the dataset. */
  task: z.string(),
  dataset: artifactIdSchema,
  /** Images that were looked at. */
  count: z.int().min(1),
  /** Their places in the split, ascending. */
  indices: z.instanceof(Int32Array),
  /** Class indices: what they are, what θ0 + α_t τ_t predicts, and what θ0 + Σ α_s τ_s predicts. */
  labels: z.instanceof(Int32Array),
  alone: z.instanceof(Int32Array),
  together: z.instanceof(Int32Array),
});
/** See {@link taskDisagreementSchema}. */
export type TaskDisagreement = z.infer<typeof taskDisagreementSchema>;

/** What a lab says while it answers: how far it is, what to know, at last the answer to what was asked. */
export const labItemSchema = z.discriminatedUnion('type', [
  progressEventSchema,
  z.object({ type: z.literal('warning'), message: z.string() }),
  z.object({
    type: z.literal('answer'),
    /** α_t, one for each task vector. */
    scalingCoefs: z.array(z.number()),
    /** Of θ0 + Σ α_t τ_t, or of the first-order expansion there, on each task. */
    accuracies: z.array(accuracySchema),
  }),
  z.object({
    type: z.literal('disagreements'),
    /** α_t, one for each task. */
    scalingCoefs: z.array(z.number()),
    /** In the order of the tasks. */
    tasks: z.array(taskDisagreementSchema),
  }),
]);
/** See {@link labItemSchema}. */
export type LabItem = z.infer<typeof labItemSchema>;
