import type { ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import type { TextEncoder, TokenizedTexts } from '#numerics/models/text-transformer';
import type { ImageEncoder } from '#numerics/models/vision-transformer';
import { contrastiveLoss } from './contrastive-loss';
import type { LossGradient } from './gradients';

/** Name of the parameter s, the logarithm of the factor on cosine similarities; a scalar. */
export const LOGIT_SCALE = 'logit_scale';

/** Both towers of CLIP. */
export interface Towers {
  readonly image: ImageEncoder;
  readonly text: TextEncoder;
}

/** Images and their captions. */
export interface CaptionedBatch {
  /** B × S × S × 3, normalized. */
  readonly pixels: Tensor;
  /** The U distinct captions. */
  readonly texts: TokenizedTexts;
  /** For each of the B images, which caption is its own. */
  readonly captionOf: ArrayLike<number>;
}

/**
 * Computes the gradient of contrastive pre-training with respect to both towers and the logit scale.
 *
 * Cost: three forward passes of each tower; stores one evaluation of each.
 *
 * @param towers both encoders
 * @param params θ of both, and {@link LOGIT_SCALE}
 * @param batch see {@link CaptionedBatch}
 * @param largestLogitScale upper bound of the factor: at it the gradient of s only lets it fall
 * @returns loss, how many images find their caption, and gradient
 * @throws {AppError} `non_finite_features`
 */
export function contrastiveGradient(
  towers: Towers,
  params: ParamTree,
  batch: CaptionedBatch,
  largestLogitScale: number,
): LossGradient {
  const imageParams = new Map([...params].filter(([name]) => name.startsWith('visual.')));
  const textParams = new Map([...params].filter(([name]) => !imageParams.has(name) && name !== LOGIT_SCALE));
  const largest = Math.log(largestLogitScale);
  const logScale = readTensor(params.get(LOGIT_SCALE)!)[0];
  const imageTrace = new Trace((theta) => towers.image(theta, batch.pixels), imageParams);
  let textTrace: Trace | null = null;
  try {
    textTrace = new Trace((theta) => towers.text(theta, batch.texts), textParams);
    const result = contrastiveLoss(
      readTensor(imageTrace.primal),
      readTensor(textTrace.primal),
      batch.captionOf,
      Math.min(logScale, largest),
    );
    const slope = logScale >= largest ? Math.max(0, result.logitScaleCotangent) : result.logitScaleCotangent;
    const gradient = new Map([
      ...pullBack(imageTrace, result.imageCotangent),
      ...pullBack(textTrace, result.textCotangent),
      [LOGIT_SCALE, createTensor(Float32Array.of(slope), [])] as const,
    ]);
    const ordered = new Map([...params.keys()].map((name) => [name, gradient.get(name)!]));
    return { loss: result.loss, correct: result.correct, gradient: ordered };
  } finally {
    imageTrace.dispose();
    textTrace?.dispose();
  }
}

function pullBack(trace: Trace, cotangent: Float32Array): ParamTree {
  const u = createTensor(cotangent, trace.primal.shape);
  try {
    return trace.pullBackAndDispose(u);
  } finally {
    u.dispose();
  }
}
