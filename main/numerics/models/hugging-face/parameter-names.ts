import { AppError } from '#contract/errors';
import type { TextArchitecture, VisionArchitecture } from '#contract/specs/common';
import { concatenateArrays, type NamedArray } from '#numerics/engine/tensor';
import type { StoredTensor } from '../stored-tensor';
import { textParameterShapes, type ParameterShapes } from '../transformer-parameters';
import { visionParameterShapes } from '../vision-parameters';

/**
 * Where one of our parameters (open_clip's names and layouts) stands in a Hugging Face checkpoint: under
 * one name as it is, under one name transposed, or cut into rows under several.
 */
interface Place {
  readonly names: readonly string[];
  readonly isTransposed: boolean;
}

/** For each parameter of a tower its shape with us and its place there. */
export type NameMap = ReadonlyMap<string, NamePlace>;

type NamePlace = Place & { readonly shape: readonly number[] };

/**
 * Maps the image tower's names.
 *
 * @param architecture sizes
 * @returns one entry per parameter
 */
export function visionNameMap(architecture: VisionArchitecture): NameMap {
  return mapNames(visionParameterShapes(architecture), {
    'visual.class_embedding': same('vision_model.embeddings.class_embedding'),
    'visual.positional_embedding': same('vision_model.embeddings.position_embedding.weight'),
    'visual.proj': { names: ['visual_projection.weight'], isTransposed: true },
    'visual.conv1.weight': same('vision_model.embeddings.patch_embedding.weight'),
    ...norm('visual.ln_pre', 'vision_model.pre_layrnorm'),
    ...norm('visual.ln_post', 'vision_model.post_layernorm'),
    ...blocks(architecture.layers, 'visual.transformer.', 'vision_model.encoder.'),
  });
}

/**
 * Maps the text tower's names.
 *
 * @param architecture sizes
 * @returns one entry per parameter
 */
export function textNameMap(architecture: TextArchitecture): NameMap {
  return mapNames(textParameterShapes(architecture), {
    'token_embedding.weight': same('text_model.embeddings.token_embedding.weight'),
    positional_embedding: same('text_model.embeddings.position_embedding.weight'),
    text_projection: { names: ['text_projection.weight'], isTransposed: true },
    ...norm('ln_final', 'text_model.final_layer_norm'),
    ...blocks(architecture.layers, 'transformer.', 'text_model.encoder.'),
  });
}

/**
 * Lists what a checkpoint must hold.
 *
 * @param map of a tower
 * @returns shape by Hugging Face's name
 */
export function checkpointShapes(map: NameMap): ParameterShapes {
  return new Map(
    [...map.values()].flatMap(({ names, isTransposed, shape }) => {
      const part = isTransposed ? shape.toReversed() : [shape[0] / names.length, ...shape.slice(1)];
      return names.map((name) => [name, part] as const);
    }),
  );
}

/**
 * Brings parameters, tangents or gradients from Hugging Face's names and layouts to ours.
 *
 * @param map of the tower
 * @param tensors by Hugging Face's names; all of `checkpointShapes(map)`, in those shapes
 * @returns by our names
 */
export function fromHuggingFace(
  map: NameMap,
  tensors: ReadonlyMap<string, NamedArray>,
): Map<string, NamedArray> {
  return new Map(
    [...map].map(([ours, place]) => {
      const parts = place.names.map((name) => take(tensors, name).data);
      return [ours, { shape: place.shape, data: assemble(place, parts) }];
    }),
  );
}

/**
 * Does the same as {@link fromHuggingFace} with tensors in a file: each of ours is put together when it is read.
 *
 * @param map of the tower
 * @param tensors by Hugging Face's names; all of `checkpointShapes(map)`, in those shapes
 * @returns by our names
 */
export function storedFromHuggingFace(
  map: NameMap,
  tensors: ReadonlyMap<string, StoredTensor>,
): Map<string, StoredTensor> {
  return new Map(
    [...map].map(([ours, place]) => {
      const parts = place.names.map((name) => take(tensors, name));
      const read = async () => assemble(place, await Promise.all(parts.map((part) => part.read())));
      return [ours, { shape: place.shape, read }];
    }),
  );
}

/**
 * Brings parameters, tangents or gradients from our names and layouts to Hugging Face's: the inverse of
 * {@link fromHuggingFace}. Since both only move numbers, it also maps gradients to gradients.
 *
 * @param map of the tower
 * @param tensors by our names
 * @returns by Hugging Face's names
 */
export function toHuggingFace(
  map: NameMap,
  tensors: ReadonlyMap<string, NamedArray>,
): Map<string, NamedArray> {
  const shapes = checkpointShapes(map);
  return new Map(
    [...map].flatMap(([ours, { names, isTransposed }]) => {
      const whole = take(tensors, ours);
      const length = whole.data.length / names.length;
      return names.map((name, part): [string, NamedArray] => {
        const data = isTransposed
          ? transpose(whole.data, whole.shape[0])
          : whole.data.slice(part * length, (part + 1) * length);
        return [name, { shape: shapes.get(name)!, data }];
      });
    }),
  );
}

function mapNames(shapes: ParameterShapes, places: Readonly<Partial<Record<string, Place>>>): NameMap {
  return new Map(
    [...shapes].map(([name, shape]) => {
      const place = places[name];
      if (place === undefined) throw new AppError('internal', `parameter "${name}" has no place`);
      return [name, { ...place, shape }];
    }),
  );
}

function same(...names: string[]): Place {
  return { names, isTransposed: false };
}

function norm(ours: string, theirs: string): Record<string, Place> {
  return { [`${ours}.weight`]: same(`${theirs}.weight`), [`${ours}.bias`]: same(`${theirs}.bias`) };
}

function blocks(layers: number, ours: string, theirs: string): Record<string, Place> {
  const entries = Array.from({ length: layers }, (_, layer) => {
    const mine = `${ours}resblocks.${layer}`;
    const its = `${theirs}layers.${layer}`;
    const parts = (kind: string) => ['q', 'k', 'v'].map((part) => `${its}.self_attn.${part}_proj.${kind}`);
    return {
      ...norm(`${mine}.ln_1`, `${its}.layer_norm1`),
      [`${mine}.attn.in_proj_weight`]: same(...parts('weight')),
      [`${mine}.attn.in_proj_bias`]: same(...parts('bias')),
      ...norm(`${mine}.attn.out_proj`, `${its}.self_attn.out_proj`),
      ...norm(`${mine}.ln_2`, `${its}.layer_norm2`),
      ...norm(`${mine}.mlp.c_fc`, `${its}.mlp.fc1`),
      ...norm(`${mine}.mlp.c_proj`, `${its}.mlp.fc2`),
    };
  });
  return Object.assign({}, ...entries) as Record<string, Place>;
}

/** Puts one of our parameters together from what stands for it there. */
function assemble({ isTransposed, shape }: NamePlace, parts: readonly Float32Array[]): Float32Array {
  return isTransposed ? transpose(parts[0], shape[1]) : concatenateArrays(parts);
}

function take<T>(tensors: ReadonlyMap<string, T>, name: string): T {
  const found = tensors.get(name);
  if (found !== undefined) return found;
  throw new AppError('params_mismatch', `parameter "${name}" is missing`, { parameter: name });
}

/** Transposes a matrix with the given number of rows. */
function transpose(data: Float32Array, rows: number): Float32Array {
  const columns = data.length / rows;
  const result = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = data[r * columns + c];
  return result;
}
