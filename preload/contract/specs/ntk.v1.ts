import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, seedSchema, splitNameSchema } from './common';

/**
 * What the kernel is taken of: the logit of a class (of the un-normalised feature), the sum of all logits,
 * or single numbers of the feature.
 */
export const kernelScalarSchema = z.enum(['classLogit', 'logitSum', 'feature']);
/** See {@link kernelScalarSchema}. */
export type KernelScalar = z.infer<typeof kernelScalarSchema>;

const refusedRecipes = {
  square:
    'all eigenvectors of the square Gram matrix of task and control together are an orthonormal basis, so their squares sum to exactly 1 on every image, whatever the network',
  nystrom:
    'eigenfunctions that are extended from the Gram matrix of the task alone have energy exactly 1 on every image of the task, whatever the network',
} as const;

/** How local energy is estimated. Two recipes that are found elsewhere give the same for every network. */
export const localEnergyRecipeSchema = z
  .enum(['rectangular', 'square', 'nystrom'])
  .refine((recipe) => recipe === 'rectangular', {
    error: ({ input }) =>
      `is degenerate: ${refusedRecipes[input as keyof typeof refusedRecipes]}. Use rectangular`,
  });

/**
 * Computes the empirical neural tangent kernel of images of a task and of a control, its eigenfunctions, and their
 * local energy (arXiv 2305.12827, figure 6).
 */
export const ntkV1 = z
  .object({
    kind: z.literal('ntk'),
    specVersion: z.literal(1),
    params: z
      .object({
        scalar: kernelScalarSchema,
        /** Which classes, or which numbers of the feature; null for all. A kernel is taken of each on its own. */
        outputs: z.array(z.int().min(0)).min(1).nullable(),
        split: splitNameSchema,
        /** Images of the task, and as many of the control, drawn with the seed. The paper uses 200 (unconfirmed). */
        imageCount: z.int().min(2).max(100_000),
        recipe: localEnergyRecipeSchema,
        /** Eigenfunctions kept in the local energy; null for all that are more than rounding. */
        rank: z.int().min(1).nullable(),
        /** `gram` makes the whole Gram matrix; `products` only the leading eigenfunctions, from products J(Jᵀv). */
        method: z.enum(['gram', 'products']),
        /** Images whose gradients are there at once; more are faster and take more memory. */
        blockSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        task: z.object({ dataset: artifactIdSchema, head: artifactIdSchema }).strict(),
        control: z.object({ dataset: artifactIdSchema }).strict(),
        /** The kernel is taken at θ0 + τ; null for θ0. */
        taskVector: artifactIdSchema.nullable(),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params }) => params.scalar !== 'logitSum' || params.outputs === null, {
    message: 'the sum of logits is one scalar: outputs must be null',
    path: ['params', 'outputs'],
  })
  .refine(({ params: { outputs } }) => outputs === null || new Set(outputs).size === outputs.length, {
    message: 'an output is listed twice',
    path: ['params', 'outputs'],
  })
  .refine(({ params }) => params.rank === null || params.rank <= params.imageCount, {
    message: 'there are no more eigenfunctions of the task than images of it',
    path: ['params', 'rank'],
  })
  .refine(({ params }) => params.method === 'gram' || params.rank !== null, {
    message: 'products find leading eigenfunctions: say how many',
    path: ['params', 'rank'],
  });
