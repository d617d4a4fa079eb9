import { Trace } from '#numerics/autodiff/trace';
import type { ParamTree } from '#numerics/autodiff/param-tree';
import type { VisionArchitecture } from '#contract/specs/common';
import { createTensor, engineMemory } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';

/** Bytes of a float32. */
const FLOAT = 4;

/**
 * Measures what the trace of an evaluation stores for each image of a batch, by tracing one image and two.
 *
 * @param architecture of the encoder
 * @param params θ
 * @returns bytes for each image; exact, because what is stored is affine in the batch
 */
export function storedBytesPerImage(architecture: VisionArchitecture, params: ParamTree): number {
  const { imageSize: S } = architecture;
  const encode = imageEncoder(architecture);
  const storedWith = (batch: number) => {
    const pixels = createTensor(new Float32Array(batch * S * S * 3), [batch, S, S, 3]);
    const before = engineMemory().bytes;
    const trace = new Trace((theta) => encode(theta, pixels), params);
    const stored = engineMemory().bytes - before;
    trace.dispose();
    pixels.dispose();
    return stored;
  };
  return storedWith(2) - storedWith(1);
}

/**
 * Returns a lower bound of what a training needs: parameters, gradient and moments, and one stored
 * evaluation of a batch. What kernels need for a moment comes on top.
 *
 * @param architecture of the encoder
 * @param params θ
 * @param mode `standard`, or `linear`, which also holds θ0 and θ − θ0
 * @param batchSize B
 * @returns bytes on the engine
 */
export function minimumTrainingMemory(
  architecture: VisionArchitecture,
  params: ParamTree,
  mode: 'standard' | 'linear',
  batchSize: number,
): number {
  const tree = [...params.values()].reduce((sum, { size }) => sum + size * FLOAT, 0);
  const { imageSize: S } = architecture;
  const batch = batchSize * (storedBytesPerImage(architecture, params) + S * S * 3 * FLOAT);
  // θ, the gradient and the two moments of AdamW; in linear mode θ0 and θ − θ0 too.
  return (mode === 'linear' ? 6 : 4) * tree + batch;
}
