import { z } from 'zod';
import {
  artifactIdSchema,
  editedTaskSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
} from './common';

/**
 * Task negation: θ0 − α τ_t for each task on its own. α is chosen on the validation splits over a grid from
 * 0 to 1: the lowest accuracy on the target among the α at which the control keeps a fraction of its
 * pre-trained accuracy. Then target and control are measured once on the test splits; also at α = 1.
 * Protocol: arXiv 2305.12827, and `eval_task_negation.py` of its reference implementation.
 */
export const editNegateV1 = z
  .object({
    kind: z.literal('edit-negate'),
    specVersion: z.literal(1),
    params: z
      .object({
        mode: evaluationModeSchema,
        /** Number of equidistant α from 0 to 1, both included; the paper uses 21. */
        gridPoints: z.int().min(2).max(1001),
        /** The least validation accuracy on the control, as a fraction of the pre-trained model's; the paper uses 0.95. */
        controlThreshold: z.number().min(0).max(1),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        /** What must not be forgotten; the paper uses ImageNet. */
        control: z.object({ dataset: artifactIdSchema, head: artifactIdSchema }).strict(),
        tasks: z.array(editedTaskSchema).min(1),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict();
