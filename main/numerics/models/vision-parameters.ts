import type { VisionArchitecture } from '#contract/specs/common';
import type { NamedArray, Shape } from '#numerics/engine/tensor';
import { blockDeviation, drawParameters, type ParameterDraw } from './draw-parameters';
import {
  assertParameters,
  blockShapes,
  countBlocks,
  normShapes,
  type ParameterShapes,
  parameterMismatch,
  requireShape,
} from './transformer-parameters';

/**
 * Lists the parameters of an image tower in open_clip's names and layouts.
 *
 * @param architecture sizes
 * @returns shape by name, in the order of the tower
 */
export function visionParameterShapes(architecture: VisionArchitecture): ParameterShapes {
  const { width: D, patchSize, featureSize } = architecture;
  const tokens = (architecture.imageSize / patchSize) ** 2 + 1;
  return new Map([
    ['visual.class_embedding', [D]],
    ['visual.positional_embedding', [tokens, D]],
    ['visual.proj', [D, featureSize]],
    ['visual.conv1.weight', [D, 3, patchSize, patchSize]],
    ...normShapes('visual.ln_pre', D),
    ...blockShapes(architecture, 'visual.transformer.'),
    ...normShapes('visual.ln_post', D),
  ]);
}

/**
 * Draws the parameters of a new image tower as CLIP does: normal with mean 0 and, for width D and L
 * layers, deviation (3p²)^-½ for patch filters, D^-½ for embeddings, projection and qkv,
 * D^-½(2L)^-½ for the two outputs of a block, (2D)^-½ for the first MLP layer; γ = 1, biases 0.
 *
 * Source: openai/CLIP `initialize_parameters`, applied to the image tower.
 *
 * @param architecture sizes
 * @param seed unsigned 32-bit
 * @param purpose see {@link ParameterDraw}
 * @returns numbers and shapes by name
 */
export function initializeVision(
  architecture: VisionArchitecture,
  seed: number,
  purpose: ParameterDraw['purpose'] = 'init',
): Map<string, NamedArray> {
  const { width: D, patchSize } = architecture;
  const deviationOf = (name: string): number | null => {
    if (name.endsWith('conv1.weight')) return (3 * patchSize * patchSize) ** -0.5;
    if (/_embedding$|\.proj$/.test(name)) return D ** -0.5;
    return blockDeviation(name, architecture);
  };
  return drawParameters(visionParameterShapes(architecture), deviationOf, { seed, purpose });
}

/**
 * Checks that parameters fit an architecture and are numbers.
 *
 * @param architecture sizes
 * @param params numbers and shapes by name
 * @throws {AppError} `params_mismatch` naming the first parameter that is missing, unexpected or of
 * another shape; `non_finite_params` naming the first that holds NaN or infinity
 */
export function assertVisionParams(
  architecture: VisionArchitecture,
  params: ReadonlyMap<string, NamedArray>,
): void {
  assertParameters(visionParameterShapes(architecture), params);
}

/**
 * Recovers the sizes of an image tower from the shapes of its parameters.
 *
 * @param shapes shape by name; other names are ignored
 * @param hints what shapes do not tell
 * @param hints.heads H
 * @param hints.activation of the MLPs
 * @returns the architecture, whose parameters have these shapes
 * @throws {AppError} `params_mismatch` naming a parameter that is missing or of an impossible shape
 */
export function deduceVisionArchitecture(
  shapes: ReadonlyMap<string, Shape>,
  hints: Pick<VisionArchitecture, 'heads' | 'activation'>,
): VisionArchitecture {
  const shapeOf = (name: string, rank: number) => requireShape(shapes, name, rank);
  const [width, , patchSize] = shapeOf('visual.conv1.weight', 4);
  const [tokens] = shapeOf('visual.positional_embedding', 2);
  const [, featureSize] = shapeOf('visual.proj', 2);
  const [hidden] = shapeOf('visual.transformer.resblocks.0.mlp.c_fc.weight', 2);
  const grid = Math.sqrt(tokens - 1);
  if (!Number.isInteger(grid) || grid < 1) {
    throw parameterMismatch(
      'visual.positional_embedding',
      `has ${tokens} rows, which is not a square plus one`,
    );
  }
  if (width % hints.heads !== 0) {
    throw parameterMismatch(
      'visual.conv1.weight',
      `has width ${width}, which ${hints.heads} heads do not divide`,
    );
  }
  const layers = countBlocks(shapes.keys(), 'visual.transformer.');
  const architecture: VisionArchitecture = {
    imageSize: grid * patchSize,
    patchSize,
    width,
    layers,
    mlpRatio: hidden / width,
    featureSize,
    ...hints,
  };
  for (const [name, shape] of visionParameterShapes(architecture)) {
    const actual = shapeOf(name, shape.length);
    if (actual.join() !== shape.join()) {
      throw parameterMismatch(
        name,
        `has shape [${actual.join(', ')}] where [${shape.join(', ')}] is expected`,
      );
    }
  }
  return architecture;
}
