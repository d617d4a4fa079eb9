import { AppError } from '#contract/errors';
import { parseClipConfig } from '../hugging-face/clip-config';
import {
  checkpointShapes,
  storedFromHuggingFace,
  textNameMap,
  visionNameMap,
} from '../hugging-face/parameter-names';
import { checkedFinite, type StoredTensor } from '../stored-tensor';
import { assertShapes } from '../transformer-parameters';
import type { CheckpointFiles, ClipCheckpoint, ModelChoices } from './clip-checkpoint';
import { CLIP_STATISTICS } from './evidence';
import type { Facts } from './facts';
import { decidePreprocessing, noteSizes, withoutBuffers } from './reading';

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * Reads a checkpoint with the names of Hugging Face's transformers, whose config.json says its sizes.
 *
 * @param files the opened files
 * @param choices what the user says instead
 * @param tensors of the file, without what stands before the names
 * @param facts is told what is found out
 * @throws {AppError} as `readClipCheckpoint`
 */
export function readHuggingFace(
  files: CheckpointFiles,
  choices: ModelChoices,
  tensors: Tensors,
  facts: Facts,
): ClipCheckpoint {
  if (files.config === null) {
    throw new AppError(
      'checkpoint_format',
      `${files.label} has the names of a Hugging Face model but no config.json, which says its sizes; give the folder that holds both.`,
      { file: files.label },
    );
  }
  const config = parseClipConfig(files.config, files.processor, files.label);
  facts.warnings.push(...config.warnings);
  const choose = <T>(field: string, mine: T | null, theirs: T): T =>
    facts.decide(field, { value: mine ?? undefined, source: choices.source }, [
      { value: theirs, source: 'config.json' },
    ])!;
  const vision = {
    ...config.vision,
    heads: choose('heads', choices.heads, config.vision.heads),
    activation: choose('activation', choices.activation, config.vision.activation),
  };
  requireDivisible(vision.width, vision.heads, files.label);
  const visionMap = visionNameMap(vision);
  const text =
    config.text === null
      ? null
      : { ...config.text, activation: choices.activation ?? config.text.activation };
  if (text !== null && text.activation !== vision.activation) {
    facts.note('text activation', text.activation, 'config.json');
  }
  const textMap = text === null ? null : textNameMap(text);
  const expected = new Map([
    ...checkpointShapes(visionMap),
    ...(textMap === null ? [] : [...checkpointShapes(textMap), ['logit_scale', []] as const]),
  ]);
  const present = new Map(
    withoutBuffers(tensors).map(([name, tensor]) => [name, checkedFinite(name, tensor)]),
  );
  requireProjection(present, files.label);
  assertShapes(expected, present);
  noteSizes(facts, vision, 'config.json');
  return {
    layout: 'hugging-face',
    naming: 'hugging-face',
    vision: { architecture: vision, params: storedFromHuggingFace(visionMap, present) },
    text:
      text === null || textMap === null
        ? null
        : {
            architecture: text,
            params: storedFromHuggingFace(textMap, present),
            logitScale: present.get('logit_scale')!,
          },
    linearParams: null,
    preprocessing: decidePreprocessing(facts, choices, [
      { value: config.preprocessing ?? undefined, source: 'preprocessor_config.json' },
      CLIP_STATISTICS,
    ]),
    facts: facts.list,
    warnings: facts.warnings,
    leftOut: [...tensors.keys()].filter((name) => !present.has(name)),
  };
}

function requireDivisible(width: number, heads: number, label: string): void {
  if (width % heads === 0) return;
  throw new AppError('invalid_input', `${heads} heads do not divide the width ${width} of ${label}.`, {
    option: 'heads',
    width,
  });
}

/** Fine-tuned towers are often stored without it; every feature would then be another one. */
function requireProjection(tensors: Tensors, label: string): void {
  if (tensors.has('visual_projection.weight')) return;
  throw new AppError(
    'params_mismatch',
    `${label} has no projection (visual_projection.weight): it is a CLIPVisionModel, whose features are not those of CLIP. Save it as CLIPVisionModelWithProjection or as a whole CLIPModel.`,
    { parameter: 'visual_projection.weight' },
  );
}
