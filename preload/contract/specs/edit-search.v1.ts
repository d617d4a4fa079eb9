import { z } from 'zod';
import { artifactIdSchema, seedSchema } from './common';

/** A split pair of responses, and the head that turns them into predictions. */
const measuredSchema = z.object({
  head: artifactIdSchema,
  /** `responses` artifacts of the validation and of the test split. */
  val: artifactIdSchema,
  test: artifactIdSchema,
});

/**
 * Looks for coefficients in the tangent space, from stored responses alone. `add`: one α for all tasks, on the
 * grid of the paper and exactly, and one α for each task. `negate`: each task on its own, on the grid and exactly,
 * under a condition on a control task.
 */
export const editSearchV1 = z
  .object({
    kind: z.literal('edit-search'),
    specVersion: z.literal(1),
    params: z
      .object({
        operation: z.enum(['add', 'negate']),
        /** Number of equidistant α from 0 to 1, both included; the paper uses 21. */
        gridPoints: z.int().min(2).max(1001),
        /** The least validation accuracy on the control, as a fraction of the pre-trained model's; the paper uses 0.95. */
        controlThreshold: z.number().min(0).max(1),
        /** Up to which α the exact search goes, from 0 on. */
        largestScalingCoef: z.number().positive().max(100),
      })
      .strict(),
    inputs: z
      .object({
        tasks: z.array(measuredSchema.extend({ taskVector: artifactIdSchema }).strict()).min(1),
        control: measuredSchema.strict().nullable(),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params, inputs }) => (params.operation === 'negate') === (inputs.control !== null), {
    message: 'is needed for a negation, and has no part in an addition',
    path: ['inputs', 'control'],
  });
