import { AppError } from '#contract/errors';
import type { TowerPart } from '#contract/specs/edit-merge.v1';

/** Where a parameter of the image tower belongs. */
export interface ParameterPlace {
  readonly part: TowerPart;
  /** From 0, what comes before the blocks, over 1 … L, the blocks, to L + 1, what comes after them. */
  readonly depth: number;
}

const BLOCK = /^visual\.transformer\.resblocks\.(\d+)\.(attn|mlp|ln_1|ln_2)\./;

/**
 * Places the parameters of an image tower by open_clip's names.
 *
 * @param names of all of them
 * @throws {AppError} `params_mismatch` for a name that the tower does not have
 */
export function placeParameters(names: Iterable<string>): Map<string, ParameterPlace> {
  const all = [...names];
  const blocks = all.map((name) => BLOCK.exec(name)).filter((match) => match !== null);
  const layers = Math.max(0, ...blocks.map(([, layer]) => Number(layer) + 1));
  return new Map(all.map((name) => [name, placeOf(name, layers)]));
}

function placeOf(name: string, layers: number): ParameterPlace {
  const block = BLOCK.exec(name);
  if (block !== null) {
    const part = block[2] === 'attn' ? 'attention' : block[2] === 'mlp' ? 'mlp' : 'norms';
    return { part, depth: Number(block[1]) + 1 };
  }
  switch (name.split('.')[1]) {
    case 'conv1':
    case 'class_embedding':
    case 'positional_embedding':
      return { part: 'embedding', depth: 0 };
    case 'ln_pre':
      return { part: 'norms', depth: 0 };
    case 'ln_post':
      return { part: 'norms', depth: layers + 1 };
    case 'proj':
      return { part: 'projection', depth: layers + 1 };
    default:
      throw new AppError('params_mismatch', `The image tower has no parameter ${name}.`, { parameter: name });
  }
}
