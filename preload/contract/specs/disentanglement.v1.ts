import { z } from 'zod';
import {
  artifactIdSchema,
  editedTaskSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
  splitNameSchema,
} from './common';

const rangeFields = {
  from: z.number().min(-100).max(100),
  to: z.number().min(-100).max(100),
  /** Equidistant values from `from` to `to`, both included. */
  points: z.int().min(2).max(201),
};
const isAscending = ({ from, to }: { from: number; to: number }) => from < to;
const ascending = { message: 'must be above from', path: ['to'] };

/**
 * At which coefficients the disentanglement error is measured:
 * `map` ξ(α1, α2) for two tasks on a square grid; `diagonal` ξ(α, …, α) for all tasks at once;
 * `pairs` ξ(α, α) for every pair of tasks at one α.
 */
export const disentanglementShapeSchema = z.discriminatedUnion('shape', [
  z
    .object({ shape: z.literal('map'), ...rangeFields })
    .strict()
    .refine(isAscending, ascending),
  z
    .object({ shape: z.literal('diagonal'), ...rangeFields })
    .strict()
    .refine(isAscending, ascending),
  z.object({ shape: z.literal('pairs'), scalingCoef: z.number().min(-100).max(100) }).strict(),
]);
/** See {@link disentanglementShapeSchema}. */
export type DisentanglementShape = z.infer<typeof disentanglementShapeSchema>;

/**
 * Measures the weight-disentanglement error of task vectors (arXiv 2305.12827, section 3): on the images of
 * each task, how often a model with all vectors predicts otherwise than one with the task's own vector.
 */
export const disentanglementV1 = z
  .object({
    kind: z.literal('disentanglement'),
    specVersion: z.literal(1),
    params: z
      .object({
        mode: evaluationModeSchema,
        split: splitNameSchema,
        cells: disentanglementShapeSchema,
        /** Images of each task, drawn with the seed; all of the split if it has no more. The paper uses 2,048. */
        imageCount: z.int().min(1).max(10_000_000),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        tasks: z.array(editedTaskSchema).min(2),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params, inputs }) => params.cells.shape !== 'map' || inputs.tasks.length === 2, {
    message: 'a map needs exactly two tasks',
    path: ['inputs', 'tasks'],
  });
