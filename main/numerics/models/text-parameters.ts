import type { TextArchitecture } from '#contract/specs/common';
import type { NamedArray, Shape } from '#numerics/engine/tensor';
import { blockDeviation, drawParameters } from './draw-parameters';
import {
  assertShapes,
  countBlocks,
  textParameterShapes,
  parameterMismatch,
  requireShape,
} from './transformer-parameters';

/** Width of an attention head in the text towers of all published CLIP models. */
const HEAD_WIDTH = 64;

/** A name that only a checkpoint with a text transformer has. */
const LANDMARK = 'transformer.resblocks.0.ln_1.weight';

/**
 * Recovers the sizes of a text tower from the shapes of its parameters by open_clip's names.
 *
 * @param shapes shape by name; other names are ignored
 * @param activation of the MLPs, which shapes do not tell
 * @param heads H; null for CLIP's rule of one per 64 of width
 * @returns the architecture, or null if there is no text transformer
 * @throws {AppError} `params_mismatch` naming a parameter that is missing or of an impossible shape
 */
export function deduceTextArchitecture(
  shapes: ReadonlyMap<string, Shape>,
  activation: TextArchitecture['activation'],
  heads: number | null = null,
): TextArchitecture | null {
  if (!shapes.has(LANDMARK)) return null;
  const matrix = (name: string) => requireShape(shapes, name, 2);
  const [vocabularySize, width] = matrix('token_embedding.weight');
  const [contextLength] = matrix('positional_embedding');
  const [, featureSize] = matrix('text_projection');
  const [hidden] = matrix('transformer.resblocks.0.mlp.c_fc.weight');
  if (heads === null && width % HEAD_WIDTH !== 0) {
    throw parameterMismatch(
      'token_embedding.weight',
      `has width ${width}, which heads of ${HEAD_WIDTH} do not divide`,
    );
  }
  const architecture: TextArchitecture = {
    vocabularySize,
    contextLength,
    width,
    layers: countBlocks(shapes.keys(), 'transformer.'),
    heads: heads ?? width / HEAD_WIDTH,
    mlpRatio: hidden / width,
    featureSize,
    activation,
  };
  const expected = textParameterShapes(architecture);
  assertShapes(
    expected,
    new Map([...shapes].flatMap(([name, shape]) => (expected.has(name) ? [[name, { shape }]] : []))),
  );
  return architecture;
}

/**
 * Draws the parameters of a new text tower as CLIP does: deviation 0.02 for token embeddings, 0.01 for
 * positions, D^-½ for the projection, and those of {@link blockDeviation} in the blocks.
 *
 * Source: openai/CLIP `initialize_parameters`.
 *
 * @param architecture sizes
 * @param seed unsigned 32-bit; a parameter's draws depend on the seed and its name alone
 * @returns numbers and shapes by name
 */
export function initializeText(architecture: TextArchitecture, seed: number): Map<string, NamedArray> {
  const deviationOf = (name: string): number | null => {
    if (name === 'token_embedding.weight') return 0.02;
    if (name === 'positional_embedding') return 0.01;
    if (name === 'text_projection') return architecture.width ** -0.5;
    return blockDeviation(name, architecture);
  };
  return drawParameters(textParameterShapes(architecture), deviationOf, { seed, purpose: 'init' });
}
