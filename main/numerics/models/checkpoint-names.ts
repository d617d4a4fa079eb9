import type { NamedArray } from '#numerics/engine/tensor';
import {
  checkpointShapes,
  fromHuggingFace,
  toHuggingFace,
  visionNameMap,
} from './hugging-face/parameter-names';
import type { StoredModel } from './model-file';
import { assertParameters } from './transformer-parameters';
import { assertVisionParams } from './vision-parameters';

type Names = Pick<StoredModel, 'architecture' | 'naming'>;

/**
 * Brings a tree of a model from the names of its checkpoint to ours, and checks it.
 *
 * @param model whose names
 * @param tensors parameters or a tangent by the checkpoint's names
 * @returns by our names
 * @throws {AppError} `params_mismatch` or `non_finite_params` naming the parameter by the checkpoint's name
 */
export function fromCheckpointNames(
  model: Names,
  tensors: ReadonlyMap<string, NamedArray>,
): ReadonlyMap<string, NamedArray> {
  const { architecture, naming } = model;
  if (naming === 'open-clip') {
    assertVisionParams(architecture, tensors);
    return tensors;
  }
  const map = visionNameMap(architecture);
  assertParameters(checkpointShapes(map), tensors);
  return fromHuggingFace(map, tensors);
}

/**
 * Brings a tree of a model, for example a gradient, from our names to those of its checkpoint.
 *
 * @param model whose names
 * @param tensors by our names
 * @returns by the checkpoint's names
 */
export function toCheckpointNames(
  model: Names,
  tensors: ReadonlyMap<string, NamedArray>,
): ReadonlyMap<string, NamedArray> {
  const { architecture, naming } = model;
  return naming === 'open-clip' ? tensors : toHuggingFace(visionNameMap(architecture), tensors);
}
