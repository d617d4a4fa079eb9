import type { Preprocessing, TextArchitecture, VisionArchitecture } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors } from '../safetensors';
import { assertParameters } from '../transformer-parameters';
import { parseClipConfig } from './clip-config';
import {
  checkpointShapes,
  fromHuggingFace,
  textNameMap,
  visionNameMap,
  type NameMap,
} from './parameter-names';

/** A tower by open_clip's names. */
export interface Tower<A> {
  readonly architecture: A;
  readonly params: ReadonlyMap<string, NamedArray>;
}

/** A CLIP model. */
export interface Clip {
  readonly vision: Tower<VisionArchitecture>;
  readonly text: Tower<TextArchitecture>;
  readonly preprocessing: Preprocessing;
  /** The logarithm of the factor on cosine similarities. */
  readonly logitScale: number;
}

/** The contents of the files of a Hugging Face CLIP folder. */
export interface ClipFiles {
  /** config.json. */
  readonly config: string;
  /** preprocessor_config.json; null if there is none. */
  readonly processor: string | null;
  /** model.safetensors. */
  readonly weights: Uint8Array;
}

/**
 * Reads a CLIP model as Hugging Face's transformers stores it, whole or not at all.
 *
 * @param files contents
 * @param label the folder, for messages
 * @returns both towers, checked against the configuration
 * @throws {AppError} `checkpoint_format`; `params_mismatch` or `non_finite_params` naming the parameter by
 * its name in the file
 */
export function readHuggingFaceClip(files: ClipFiles, label: string): Clip {
  const config = parseClipConfig(files.config, files.processor, label);
  const isBuffer = (name: string) => name.endsWith('.position_ids');
  const { tensors } = decodeSafetensors(files.weights, `${label}/model.safetensors`, isBuffer);
  const visionMap = visionNameMap(config.vision);
  const textMap = textNameMap(config.text);
  const all = new Map([...checkpointShapes(visionMap), ...checkpointShapes(textMap), ['logit_scale', []]]);
  assertParameters(all, tensors);
  const tower = <A>(architecture: A, map: NameMap): Tower<A> => ({
    architecture,
    params: fromHuggingFace(map, tensors),
  });
  return {
    vision: tower(config.vision, visionMap),
    text: tower(config.text, textMap),
    preprocessing: config.preprocessing,
    logitScale: tensors.get('logit_scale')!.data[0],
  };
}
