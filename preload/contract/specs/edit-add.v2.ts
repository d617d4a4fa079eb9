import { z } from 'zod';
import {
  artifactIdSchema,
  editedTaskSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
} from './common';

/**
 * Task addition: θ0 + α Σ_t τ_t with one α for all tasks, chosen on the validation splits by the
 * mean normalised accuracy over a grid from 0 to 1 and measured once on the test splits; also at α = 1,
 * where nothing is chosen.
 * Protocol: arXiv 2305.12827, and `eval_task_addition.py` of its reference implementation.
 */
export const editAddV2 = z
  .object({
    kind: z.literal('edit-add'),
    specVersion: z.literal(2),
    params: z
      .object({
        mode: evaluationModeSchema,
        /** Number of equidistant α from 0 to 1, both included; the paper uses 21. */
        gridPoints: z.int().min(2).max(1001),
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
    seed: seedSchema,
  })
  .strict();
