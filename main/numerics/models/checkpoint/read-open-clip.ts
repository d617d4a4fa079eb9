import { AppError } from '#contract/errors';
import { sizeOf } from '#numerics/engine/tensor';
import { checkedFinite, shapesOf, type StoredTensor } from '../stored-tensor';
import { deduceTextArchitecture } from '../text-parameters';
import { textParameterShapes } from '../transformer-parameters';
import { deduceVisionArchitecture, visionParameterShapes } from '../vision-parameters';
import type { CheckpointFiles, ClipCheckpoint, ModelChoices, StoredTextTower } from './clip-checkpoint';
import {
  activationEvidence,
  headEvidence,
  parseOpenClipConfig,
  preprocessingEvidence,
  textHeadEvidence,
  type OpenClipConfig,
} from './evidence';
import type { Facts } from './facts';
import { decidePreprocessing, noteSizes, withoutBuffers } from './reading';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Tensors by open_clip's names, and where they come from. */
export interface OpenClipTensors {
  readonly tensors: Tensors;
  readonly prefix: string;
  /** θ of a numbered list, whose θ0 the tensors are. */
  readonly linearParams: Tensors | null;
}

/**
 * Reads a checkpoint with open_clip's names, whose sizes are those of its tensors.
 *
 * @param files the opened files
 * @param choices what the user says instead
 * @param found the tensors
 * @param facts is told what is found out
 * @throws {AppError} as `readClipCheckpoint`
 */
export function readOpenClip(
  files: CheckpointFiles,
  choices: ModelChoices,
  found: OpenClipTensors,
  facts: Facts,
): ClipCheckpoint {
  const { tensors, prefix, linearParams } = found;
  const config = parseOpenClipConfig(files.openClipConfig, files.label);
  const present = new Map(
    withoutBuffers(withoutTextPrefix(tensors)).map(([name, tensor]) => [name, checkedFinite(name, tensor)]),
  );
  const shapes = shapesOf(present);
  facts.warnings.push(...config.warnings);
  const activation = decideActivation(
    files,
    choices,
    { prefix, config, isLinear: linearParams !== null },
    facts,
  );
  const width = shapes.get('visual.conv1.weight')?.[0] ?? 0;
  const heads = facts.decide(
    'heads',
    { value: choices.heads ?? undefined, source: choices.source },
    headEvidence(files, prefix, width, config.headWidth),
  );
  if (heads === undefined) {
    throw new AppError(
      'invalid_input',
      `Width ${width} does not tell the number of attention heads, and ${files.label} does not say it; give it on import (--heads).`,
      { option: 'heads', width },
    );
  }
  const vision = deduceVisionArchitecture(shapes, { heads, activation });
  noteSizes(facts, vision, 'the shapes of its tensors');
  const textHeads = facts.decide(
    'text heads',
    { value: undefined, source: '' },
    textHeadEvidence(files, prefix, config),
  );
  const text = readTextTower(
    present,
    { activation, heads: textHeads ?? null, problem: config.textProblem },
    facts,
  );
  const names = [...visionParameterShapes(vision).keys()];
  const stray = [...present.keys()].find((name) => name.startsWith('visual.') && !names.includes(name));
  if (stray !== undefined) {
    throw new AppError('params_mismatch', `parameter "${stray}" is not expected`, { parameter: stray });
  }
  const take = (from: Tensors) => new Map(names.map((name) => [name, from.get(name)!]));
  const used = new Set([...names, ...(text === null ? [] : [...text.params.keys(), 'logit_scale'])]);
  return {
    layout: 'open-clip',
    naming: 'open-clip',
    vision: { architecture: vision, params: take(present) },
    text,
    linearParams:
      linearParams === null
        ? null
        : new Map([...take(linearParams)].map(([name, tensor]) => [name, checkedFinite(name, tensor)])),
    preprocessing: decidePreprocessing(facts, choices, preprocessingEvidence(files, config)),
    facts: facts.list,
    warnings: facts.warnings,
    leftOut: [...tensors.keys()].filter((name) => !used.has(textName(name))),
  };
}

/** What the shapes of a text tower do not tell. */
interface TextFacts {
  readonly activation: 'quickGelu' | 'gelu';
  /** Null for CLIP's rule. */
  readonly heads: number | null;
  /** Why it cannot be computed here; null if it can. */
  readonly problem: string | null;
}

/** Reads the text tower if there is one; one that would be computed wrongly is left out, with a warning. */
function readTextTower(
  present: Tensors,
  { activation, heads, problem }: TextFacts,
  facts: Facts,
): StoredTextTower | null {
  const architecture = deduceTextArchitecture(shapesOf(present), activation, heads);
  if (architecture === null) return null;
  const scale = present.get('logit_scale');
  const why = problem ?? (scale === undefined || sizeOf(scale.shape) !== 1 ? 'it has no logit_scale' : null);
  if (scale === undefined || why !== null) {
    facts.warnings.push(`the text tower is left out, as it cannot be computed here: ${why}`);
    return null;
  }
  const params = new Map(
    [...textParameterShapes(architecture).keys()].map((name) => [name, present.get(name)!]),
  );
  return { architecture, params, logitScale: { shape: [], read: scale.read } };
}

function decideActivation(
  files: CheckpointFiles,
  choices: ModelChoices,
  { prefix, config, isLinear }: { prefix: string; config: OpenClipConfig; isLinear: boolean },
  facts: Facts,
): 'quickGelu' | 'gelu' {
  const mine = { value: choices.activation ?? undefined, source: choices.source };
  const ofName = isLinear ? files.weights.values.get('model_name') : undefined;
  const isTagged =
    typeof ofName === 'string' && ofName.includes('__pretrained__') && !ofName.includes('openai');
  const decided = facts.decide('activation', mine, [
    ...activationEvidence(files, prefix, config),
    {
      value: isLinear && !isTagged ? ('quickGelu' as const) : undefined,
      source: `the reference implementation, which means OpenAI's weights by ${String(ofName)}`,
      isFallback: true,
    },
  ]);
  if (decided !== undefined) return decided;
  facts.note('activation', 'quickGelu', 'an assumption: no file says it');
  facts.warnings.push(
    'activation: no file says whether its MLPs use QuickGELU (OpenAI’s weights) or GELU (most of open_clip’s own); QuickGELU is assumed, and the wrong one costs accuracy without any error',
  );
  return 'quickGelu';
}

/** open_clip's newer model classes keep the text tower below `text.`. */
function withoutTextPrefix(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [textName(name), tensor]));
}

function textName(name: string): string {
  return name.startsWith('text.') ? name.slice('text.'.length) : name;
}
