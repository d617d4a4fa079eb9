import { z } from 'zod';
import { accuracySchema } from './results';
import { kernelFitSchema } from './specs/kernel-predictor.v1';

/** Content of a `kernel-predictor` artifact. */
export const kernelPredictorResultSchema = z.object({
  format: z.literal('tangent-kernel-predictor/1'),
  /** Images fitted. */
  trainCount: z.int().min(1),
  /** Accuracy of θ0, on the same test images as all others. */
  pretrained: accuracySchema,
  /** The model fine-tuned in the tangent space on all training images, if one was given. */
  linear: accuracySchema.nullable(),
  predictors: z.array(
    z.object({
      fit: kernelFitSchema,
      accuracy: accuracySchema,
      /** ‖z − y‖ / ‖f0 − y‖ on the images fitted; 0 if they are interpolated. */
      trainResidual: z.number(),
      /** Test images on which it predicts the same as the fine-tuned model. */
      agreement: z.int().min(0).nullable(),
    }),
  ),
  /** λ of the (N·C) × (N·C) Gram matrix, descending. */
  eigenvalues: z.array(z.number()),
  /** How what must be learned, y − f0, lies in the eigenbasis: share in the span of the first k, and alignment. */
  alignment: z.object({ cumulative: z.array(z.number()), alignment: z.number() }),
});
/** See {@link kernelPredictorResultSchema}. */
export type KernelPredictorResult = z.infer<typeof kernelPredictorResultSchema>;
