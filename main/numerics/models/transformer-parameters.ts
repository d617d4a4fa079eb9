import { AppError } from '#contract/errors';
import type { TextArchitecture, TransformerSizes } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';

/** Shape by parameter name. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>;

/**
 * Lists the parameters of a layer normalization.
 *
 * @param name its name
 * @param width D
 */
export function normShapes(name: string, width: number): [string, number[]][] {
  return [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
}

/**
 * Lists the parameters of a tower's blocks in open_clip's names and layouts.
 *
 * @param sizes of the tower
 * @param prefix in front of `resblocks.<layer>`
 * @returns shape by name, block after block
 */
export function blockShapes(sizes: TransformerSizes, prefix: string): [string, number[]][] {
  const { width: D, layers } = sizes;
  const hidden = hiddenSize(sizes);
  return Array.from({ length: layers }, (_, layer): [string, number[]][] => {
    const block = `${prefix}resblocks.${layer}`;
    return [
      ...normShapes(`${block}.ln_1`, D),
      [`${block}.attn.in_proj_weight`, [3 * D, D]],
      [`${block}.attn.in_proj_bias`, [3 * D]],
      [`${block}.attn.out_proj.weight`, [D, D]],
      [`${block}.attn.out_proj.bias`, [D]],
      ...normShapes(`${block}.ln_2`, D),
      [`${block}.mlp.c_fc.weight`, [hidden, D]],
      [`${block}.mlp.c_fc.bias`, [hidden]],
      [`${block}.mlp.c_proj.weight`, [D, hidden]],
      [`${block}.mlp.c_proj.bias`, [D]],
    ];
  }).flat();
}

/**
 * Lists the parameters of a text tower in open_clip's names and layouts.
 *
 * @param architecture sizes
 * @returns shape by name, in the order of the tower
 */
export function textParameterShapes(architecture: TextArchitecture): ParameterShapes {
  const { width: D, vocabularySize, contextLength, featureSize } = architecture;
  return new Map([
    ['token_embedding.weight', [vocabularySize, D]],
    ['positional_embedding', [contextLength, D]],
    ...blockShapes(architecture, 'transformer.'),
    ...normShapes('ln_final', D),
    ['text_projection', [D, featureSize]],
  ]);
}

/**
 * Counts the blocks that parameter names speak of.
 *
 * @param names of parameters; others are ignored
 * @param prefix in front of `resblocks.<layer>`
 * @returns how many different layers there are, which is the number of blocks where none is missing
 */
export function countBlocks(names: Iterable<string>, prefix: string): number {
  const start = `${prefix}resblocks.`;
  const layers = new Set<string>();
  for (const name of names) if (name.startsWith(start)) layers.add(name.slice(start.length).split('.')[0]);
  return layers.size;
}

/** Returns the hidden size of the MLPs of a tower. */
export function hiddenSize({ width, mlpRatio }: Pick<TransformerSizes, 'width' | 'mlpRatio'>): number {
  return Math.round(width * mlpRatio);
}

/**
 * Checks that parameters are those that are expected, in their shapes, and are numbers.
 *
 * @param shapes what is expected
 * @param params numbers and shapes by name
 * @throws {AppError} `params_mismatch` naming the first parameter that is missing, unexpected or of
 * another shape; `non_finite_params` naming the first that holds NaN or infinity
 */
export function assertParameters(shapes: ParameterShapes, params: ReadonlyMap<string, NamedArray>): void {
  assertShapes(shapes, params);
  for (const [name, { data }] of params) {
    if (data.every(Number.isFinite)) continue;
    throw new AppError('non_finite_params', `parameter "${name}" holds NaN or infinity`, { parameter: name });
  }
}

/**
 * Checks that parameters are those that are expected, in their shapes.
 *
 * @param shapes what is expected
 * @param params shapes by name
 * @throws {AppError} `params_mismatch` naming the first parameter that is missing, unexpected or of
 * another shape
 */
export function assertShapes(
  shapes: ParameterShapes,
  params: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): void {
  for (const [name, shape] of shapes) {
    const actual = params.get(name);
    if (actual === undefined) throw parameterMismatch(name, 'is missing');
    if (actual.shape.join() !== shape.join()) {
      throw parameterMismatch(
        name,
        `has shape [${actual.shape.join(', ')}] where [${shape.join(', ')}] is expected`,
      );
    }
  }
  for (const name of params.keys()) if (!shapes.has(name)) throw parameterMismatch(name, 'is not expected');
}

/**
 * Finds the shape of a parameter.
 *
 * @param shapes shape by name
 * @param name of the parameter
 * @param rank how many axes it must have
 * @throws {AppError} `params_mismatch` if it is missing or has another number of axes
 */
export function requireShape(shapes: ParameterShapes, name: string, rank: number): readonly number[] {
  const shape = shapes.get(name);
  if (shape === undefined) throw parameterMismatch(name, 'is missing');
  if (shape.length === rank) return shape;
  throw parameterMismatch(name, `has shape [${shape.join(', ')}] where ${rank} axes are expected`);
}

/**
 * Makes the error about a parameter that is not as it should be.
 *
 * @param parameter its name
 * @param what is wrong with it
 */
export function parameterMismatch(parameter: string, what: string): AppError {
  return new AppError('params_mismatch', `parameter "${parameter}" ${what}`, { parameter });
}
