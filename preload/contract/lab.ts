import { z } from 'zod';
import { progressSchema } from './events';
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

/** What a lab says while it answers: how far it is, what to know, at last the answer. */
export const labItemSchema = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('warning'), message: z.string() }),
  z.object({
    type: z.literal('answer'),
    /** α_t, one for each task vector. */
    scalingCoefs: z.array(z.number()),
    /** Of θ0 + Σ α_t τ_t, or of the first-order expansion there, on each task. */
    accuracies: z.array(accuracySchema),
  }),
]);
/** See {@link labItemSchema}. */
export type LabItem = z.infer<typeof labItemSchema>;
