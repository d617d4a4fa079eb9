import { z } from 'zod';
import { artifactIdSchema, evaluationModeSchema, splitNameSchema } from './specs/common';
import { disentanglementShapeSchema } from './specs/disentanglement.v1';

/** ξ of some tasks at some coefficients. */
export const disentanglementCellSchema = z.object({
  /** Places of the tasks in the result, ascending. */
  tasks: z.array(z.int().min(0)).min(2),
  /** α of each of them. */
  scalingCoefs: z.array(z.number()),
  /** Images of each on which the model with all vectors predicts otherwise than the one with the task's own. */
  disagreements: z.array(z.int().min(0)),
  /** ξ, the sum of the rates; from 0 to the number of tasks. */
  error: z.number().min(0),
  /** 95 % interval of ξ for the choice of the images. */
  band: z.tuple([z.number(), z.number()]),
});
/** See {@link disentanglementCellSchema}. */
export type DisentanglementCell = z.infer<typeof disentanglementCellSchema>;

/** Content of a `disentanglement` artifact. */
export const disentanglementResultSchema = z.object({
  format: z.literal('tangent-disentanglement/1'),
  mode: evaluationModeSchema,
  split: splitNameSchema,
  shape: disentanglementShapeSchema,
  tasks: z.array(
    z.object({
      /** Name of the dataset. */
      task: z.string(),
      dataset: artifactIdSchema,
      /** Images that the rates are of. */
      count: z.int().min(1),
    }),
  ),
  /** A map's row by row: α1 is constant in a row. */
  cells: z.array(disentanglementCellSchema),
});
/** See {@link disentanglementResultSchema}. */
export type DisentanglementResult = z.infer<typeof disentanglementResultSchema>;
