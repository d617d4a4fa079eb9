import { addLayerGrams, disposeCaptures } from '#numerics/autodiff/layer-gram';
import type { ScalarOutput } from './scalar-outputs';
import type { TracedImages } from './traced-images';

/**
 * Computes k_c(x_n, x_m) = ⟨∇_θ u_c·f(x_n; θ), ∇_θ u_c·f(x_m; θ)⟩, the empirical neural tangent kernel of each scalar.
 *
 * Source: arXiv 2305.12827; the kernel of every class kept apart.
 *
 * @param rows N images
 * @param columns M images; `rows` itself for a symmetric block
 * @param outputs u_c, C of them
 * @returns for each output N × M, row-major, accumulated over layers in float64
 */
export function gramBlock(
  rows: TracedImages,
  columns: TracedImages,
  outputs: readonly ScalarOutput[],
): Float64Array[] {
  return outputs.map(({ cotangent }) => {
    const gram = new Float64Array(rows.count * columns.count);
    rows.withGradients(cotangent, (own) => {
      if (columns === rows) addLayerGrams(own, own, gram);
      else columns.withGradients(cotangent, (others) => addLayerGrams(own, others, gram));
    });
    return gram;
  });
}

/**
 * Computes ⟨∇_θ u_c·f(x_n; θ), ∇_θ u_d·f(x_m; θ)⟩ for all pairs of outputs too: the matrix-valued kernel.
 *
 * @param rows N images
 * @param columns M images
 * @param outputs u_c, C of them
 * @returns (N·C) × (M·C), row-major; image by image, output by output
 */
export function coupledGramBlock(
  rows: TracedImages,
  columns: TracedImages,
  outputs: readonly ScalarOutput[],
): Float64Array {
  const C = outputs.length;
  const [N, M] = [rows.count, columns.count];
  const coupled = new Float64Array(N * C * M * C);
  const others = outputs.map(({ cotangent }) => columns.capture(cotangent));
  outputs.forEach(({ cotangent }, c) => {
    rows.withGradients(cotangent, (own) => {
      others.forEach((other, d) => {
        const gram = new Float64Array(N * M);
        addLayerGrams(own, other, gram);
        for (let n = 0; n < N; n++) {
          for (let m = 0; m < M; m++) coupled[(n * C + c) * M * C + m * C + d] = gram[n * M + m];
        }
      });
    });
  });
  others.forEach(disposeCaptures);
  return coupled;
}
