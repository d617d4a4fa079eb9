import type { TransformerSizes } from '#contract/specs/common';
import { RandomStream } from '#numerics/engine/random';
import { sizeOf, type NamedArray } from '#numerics/engine/tensor';
import type { ParameterShapes } from './transformer-parameters';

/** Which draws are meant: those for pre-training, or for the comparison with a random θ0, are unrelated. */
export interface ParameterDraw {
  readonly seed: number;
  readonly purpose: 'init' | 'random-init';
}

/**
 * Draws the parameters of a new tower: normal with mean 0, γ of normalizations 1, biases 0.
 *
 * @param shapes shape by name
 * @param deviationOf standard deviation of a parameter by name, or null for gains and biases
 * @param draw a parameter's draws depend on these and its name alone
 * @param draw.seed unsigned 32-bit
 * @param draw.purpose what the tower is for
 * @returns numbers and shapes by name
 */
export function drawParameters(
  shapes: ParameterShapes,
  deviationOf: (name: string) => number | null,
  { seed, purpose }: ParameterDraw,
): Map<string, NamedArray> {
  return new Map(
    [...shapes].map(([name, shape]) => {
      const size = sizeOf(shape);
      const deviation = deviationOf(name);
      if (deviation !== null) {
        const data = new RandomStream(seed, `${purpose}:${name}`).normals(size, 0, deviation);
        return [name, { shape, data }];
      }
      const isGain = /(^|\.)ln_\w+\.weight$/.test(name);
      return [name, { shape, data: new Float32Array(size).fill(isGain ? 1 : 0) }];
    }),
  );
}

/**
 * Returns the deviation with which CLIP draws a parameter of a transformer block: for width D and L layers,
 * D^-½ for qkv, D^-½(2L)^-½ for the two outputs of a block, (2D)^-½ for the first MLP layer.
 *
 * Source: openai/CLIP `initialize_parameters`, which does this for the text tower.
 *
 * @param name of the parameter
 * @param sizes of the tower
 * @returns the deviation, or null for gains and biases
 */
export function blockDeviation(
  name: string,
  sizes: Pick<TransformerSizes, 'width' | 'layers'>,
): number | null {
  const { width: D, layers } = sizes;
  if (name.endsWith('in_proj_weight')) return D ** -0.5;
  if (/(out_proj|c_proj)\.weight$/.test(name)) return D ** -0.5 * (2 * layers) ** -0.5;
  if (name.endsWith('c_fc.weight')) return (2 * D) ** -0.5;
  return null;
}
