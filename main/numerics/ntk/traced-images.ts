import { disposeCaptures } from '#numerics/autodiff/layer-gram';
import type { LayerCapture } from '#numerics/autodiff/layer-capture';
import type { ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { createTensor, engineMemory, type Tensor } from '#numerics/engine/tensor';
import type { ImageEncoder } from '#numerics/models/vision-transformer';

/** Images whose features were computed so that gradients of any scalar of them can be had. The caller disposes it. */
export class TracedImages {
  /** N. */
  readonly count: number;
  readonly #trace: Trace;

  /**
   * @param encoder f
   * @param params θ
   * @param pixels N × S × S × 3
   */
  constructor(encoder: ImageEncoder, params: ParamTree, pixels: Tensor) {
    this.count = pixels.shape[0];
    this.#trace = new Trace((theta) => encoder(theta, pixels), params);
  }

  /**
   * Computes with what gives every image's own gradient ∇_θ u·f(x_n; θ), and releases it.
   *
   * @param cotangent u, F
   * @param use must not keep the captures
   */
  withGradients<R>(cotangent: Float32Array, use: (captures: readonly LayerCapture[]) => R): R {
    const captures = this.capture(cotangent);
    try {
      return use(captures);
    } finally {
      disposeCaptures(captures);
    }
  }

  /** Does what {@link withGradients} does; the captures belong to the caller. */
  capture(cotangent: Float32Array): LayerCapture[] {
    return this.#with(this.#repeat(cotangent), (u) => this.#trace.captureLayers(u));
  }

  /**
   * Returns Σ_n v_n ∇_θ u·f(x_n; θ), which belongs to the caller.
   *
   * @param cotangent u, F
   * @param weights v, N
   */
  pullBack(cotangent: Float32Array, weights: ArrayLike<number>): ParamTree {
    const rows = this.#repeat(cotangent).map((value, i) => value * weights[Math.floor(i / cotangent.length)]);
    return this.#with(rows, (u) => this.#trace.pullBack(u));
  }

  /** Releases all that is stored. */
  dispose(): void {
    this.#trace.dispose();
  }

  #repeat(cotangent: Float32Array): Float32Array {
    const rows = new Float32Array(this.count * cotangent.length);
    for (let n = 0; n < this.count; n++) rows.set(cotangent, n * cotangent.length);
    return rows;
  }

  #with<R>(rows: Float32Array, use: (u: Tensor) => R): R {
    const u = createTensor(rows, [this.count, rows.length / this.count]);
    try {
      return use(u);
    } finally {
      u.dispose();
    }
  }
}

/**
 * Measures what a traced image takes, and what its captures for one scalar take besides, by two images and one.
 *
 * @param encoder f
 * @param params θ
 * @param imageSize S
 * @param cotangent of any scalar, F
 * @returns bytes on the engine for each image; exact, because all are affine in the number of images
 */
export function tracedBytesPerImage(
  encoder: ImageEncoder,
  params: ParamTree,
  imageSize: number,
  cotangent: Float32Array,
): { readonly trace: number; readonly capture: number } {
  const heldWith = (count: number) => {
    const pixels = createTensor(new Float32Array(count * imageSize ** 2 * 3), [
      count,
      imageSize,
      imageSize,
      3,
    ]);
    const before = engineMemory().bytes;
    const traced = new TracedImages(encoder, params, pixels);
    const trace = engineMemory().bytes - before;
    // Captures share the inputs of layers with the trace.
    const both = traced.withGradients(cotangent, () => engineMemory().bytes - before);
    traced.dispose();
    pixels.dispose();
    return { trace, capture: both - trace };
  };
  const [one, two] = [1, 2].map(heldWith);
  return { trace: two.trace - one.trace, capture: two.capture - one.capture };
}
