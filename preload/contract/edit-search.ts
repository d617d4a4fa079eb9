import { z } from 'zod';
import { accuracySchema, negatedAccuraciesSchema, taskAccuraciesSchema } from './results';

/** A stretch of α on which the validation score is constant and best. */
export const stretchSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** The α of it that is farthest from any change; what was measured on test. */
  scalingCoef: z.number(),
});
/** See {@link stretchSchema}. */
export type Stretch = z.infer<typeof stretchSchema>;

const sumSchema = z.object({ val: taskAccuraciesSchema, test: taskAccuraciesSchema });

/** What was found for a sum of task vectors. */
export const additionSearchSchema = z.object({
  format: z.literal('tangent-addition-search/1'),
  pretrained: sumSchema,
  /** Each task's own vector at α = 1; the normalisers. */
  singleTask: sumSchema,
  /** The α of the grid with the best mean normalised validation accuracy. */
  grid: sumSchema.extend({ scalingCoef: z.number() }),
  /** The best α of all, by the same score. */
  exact: sumSchema.extend({ stretch: stretchSchema }),
  /** One α for each task, which minimise the validation cross-entropy. */
  perTask: sumSchema.extend({
    scalingCoefs: z.array(z.number()),
    crossEntropy: z.object({ pretrained: z.number(), minimum: z.number() }),
    /** The largest component of the gradient at the minimum, in size; and whether it is as small as asked for. */
    residual: z.number(),
    isConverged: z.boolean(),
  }),
});
/** See {@link additionSearchSchema}. */
export type AdditionSearch = z.infer<typeof additionSearchSchema>;

const negatedSchema = z.object({ val: negatedAccuraciesSchema, test: negatedAccuraciesSchema });

/** What was found for negations of single tasks. */
export const negationSearchSchema = z.object({
  format: z.literal('tangent-negation-search/1'),
  controlThreshold: z.number(),
  pretrainedControl: z.object({ val: accuracySchema, test: accuracySchema }),
  tasks: z.array(
    z.object({
      task: z.string(),
      pretrained: z.object({ val: accuracySchema, test: accuracySchema }),
      grid: negatedSchema.extend({ scalingCoef: z.number() }),
      exact: negatedSchema.extend({ stretch: stretchSchema }),
    }),
  ),
});
/** See {@link negationSearchSchema}. */
export type NegationSearch = z.infer<typeof negationSearchSchema>;

/** Content of an `edit-search` artifact. */
export const editSearchResultSchema = z.discriminatedUnion('format', [
  additionSearchSchema,
  negationSearchSchema,
]);
/** See {@link editSearchResultSchema}. */
export type EditSearchResult = z.infer<typeof editSearchResultSchema>;
