import { z } from 'zod';
import {
  artifactIdSchema,
  editedTaskSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
} from './common';

/** Parts of an image tower: what makes tokens, the two halves of blocks, layer normalizations, the last projection. */
export const towerPartSchema = z.enum(['embedding', 'attention', 'mlp', 'norms', 'projection']);
/** See {@link towerPartSchema}. */
export type TowerPart = z.infer<typeof towerPartSchema>;

const fraction = z.number().gt(0).max(1);

/** How several task vectors become one; each rule is a file of `numerics/editing/merge` with its source. */
export const mergeRuleSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('average') }).strict(),
  /** `keep`: fraction of every vector's numbers that are kept, those of greatest size. */
  z.object({ name: z.literal('ties'), keep: fraction }).strict(),
  z.object({ name: z.literal('magnitude'), keep: fraction }).strict(),
  /** `drop`: fraction of the numbers that are dropped at random. */
  z.object({ name: z.literal('dare'), drop: z.number().min(0).lt(1) }).strict(),
  /** `shallow`: the factor of the first block and of what is outside the blocks, as a fraction of the last block's. */
  z.object({ name: z.literal('lines'), shallow: z.number().min(0).max(1) }).strict(),
  /** A factor for what is before the blocks, for every block, and for what is behind them. */
  z.object({ name: z.literal('layerScaling'), factors: z.array(z.number()).min(3) }).strict(),
  /** The parts whose numbers are kept. */
  z.object({ name: z.literal('parts'), keep: z.array(towerPartSchema).min(1) }).strict(),
]);
/** See {@link mergeRuleSchema}. */
export type MergeRule = z.infer<typeof mergeRuleSchema>;

/**
 * Merges task vectors by another rule than their sum, and measures the result as a task addition: θ0 + α τ with one
 * α, chosen on validation by the mean accuracy normalised by the single-task models of the unchanged vectors.
 */
export const editMergeV1 = z
  .object({
    kind: z.literal('edit-merge'),
    specVersion: z.literal(1),
    params: z
      .object({
        rule: mergeRuleSchema,
        mode: evaluationModeSchema,
        /** Number of equidistant α from 0 to the largest, both included. */
        gridPoints: z.int().min(2).max(1001),
        largestScalingCoef: z.number().positive().max(100),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        tasks: z.array(editedTaskSchema).min(1),
      })
      .strict(),
    /** Of what `dare` drops. */
    seed: seedSchema,
  })
  .strict();
