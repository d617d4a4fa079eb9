import { AppError } from '#contract/errors';
import type { Preprocessing } from '#contract/specs/common';
import { parseClipConfig } from '../hugging-face/clip-config';
import {
  checkpointShapes,
  storedFromHuggingFace,
  textNameMap,
  visionNameMap,
} from '../hugging-face/parameter-names';
import { checkedFinite, shapesOf, type StoredTensor } from '../stored-tensor';
import { deduceTextArchitecture } from '../text-parameters';
import { assertShapes, textParameterShapes } from '../transformer-parameters';
import { deduceVisionArchitecture, visionParameterShapes } from '../vision-parameters';
import type { CheckpointFiles, ClipCheckpoint, ModelChoices, StoredTextTower } from './clip-checkpoint';
import {
  activationEvidence,
  CLIP_STATISTICS,
  headEvidence,
  parseOpenClipConfig,
  preprocessingEvidence,
} from './evidence';
import { Facts, type Evidence } from './facts';
import { below, findLayout } from './find-layout';
import { nameNumberedTensors } from './numbered-list';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Tensors that older files hold besides parameters: indices and sizes, which follow from the architecture. */
const BUFFERS = /(^|\.)(position_ids|attn_mask|input_resolution|context_length|vocab_size)$/;

/**
 * Recognizes a CLIP checkpoint and brings its parameters to open_clip's names, without reading them yet.
 *
 * @param files the opened files
 * @param choices what the user says instead
 * @returns both towers as far as they are there, and everything that was found out
 * @throws {AppError} `checkpoint_format` if the files are no CLIP model or contradict each other;
 *   `params_mismatch` naming the parameter that is missing, unexpected or of another shape, by its name in
 *   the file; when a tensor is read, `non_finite_params` if it holds NaN or infinity
 */
export function readClipCheckpoint(files: CheckpointFiles, choices: ModelChoices): ClipCheckpoint {
  const { layout, prefix } = findLayout(files.weights.tensors.keys(), files.label);
  const facts = new Facts();
  facts.note('container', files.weights.container, 'its first bytes');
  facts.note(
    'layout',
    layout,
    prefix === '' ? 'the names of its tensors' : `the names of its tensors, below "${prefix}"`,
  );
  const tensors = below(files.weights.tensors, prefix);
  switch (layout) {
    case 'hugging-face':
      return readHuggingFace(files, choices, tensors, facts);
    case 'open-clip':
      return readOpenClip(files, choices, { tensors, prefix, linearParams: null }, facts);
    case 'numbered': {
      const { params0, params } = nameNumberedTensors(tensors, files.label);
      const found = readOpenClip(files, choices, { tensors: params0, prefix, linearParams: params }, facts);
      return { ...found, layout };
    }
  }
}

function readHuggingFace(
  files: CheckpointFiles,
  choices: ModelChoices,
  tensors: Tensors,
  facts: Facts,
): ClipCheckpoint {
  if (files.config === null) {
    throw new AppError(
      'checkpoint_format',
      `${files.label} has the names of a Hugging Face model but no config.json beside it, which says its sizes.`,
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
  const text = config.text === null ? null : { ...config.text, activation: vision.activation };
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

/** Tensors by open_clip's names, and where they come from. */
interface OpenClipTensors {
  readonly tensors: Tensors;
  readonly prefix: string;
  /** θ of a numbered list, whose θ0 the tensors are. */
  readonly linearParams: Tensors | null;
}

function readOpenClip(
  files: CheckpointFiles,
  choices: ModelChoices,
  { tensors, prefix, linearParams }: OpenClipTensors,
  facts: Facts,
): ClipCheckpoint {
  const config = parseOpenClipConfig(files.openClipConfig, files.label);
  const present = new Map(
    withoutBuffers(withoutTextPrefix(tensors)).map(([name, tensor]) => [name, checkedFinite(name, tensor)]),
  );
  const shapes = shapesOf(present);
  const activation = decideActivation(
    files,
    choices,
    { prefix, config: config.activation, isLinear: linearParams !== null },
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
      `No published model has width ${width}, and ${files.label} does not say its number of attention heads; give --heads.`,
      { option: 'heads', width },
    );
  }
  const vision = deduceVisionArchitecture(shapes, { heads, activation });
  noteSizes(facts, vision, 'the shapes of its tensors');
  const text = readTextTower(present, shapes, activation);
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

function readTextTower(
  present: Tensors,
  shapes: ReturnType<typeof shapesOf>,
  activation: 'quickGelu' | 'gelu',
): StoredTextTower | null {
  const architecture = deduceTextArchitecture(shapes, activation);
  const logitScale = present.get('logit_scale');
  if (architecture === null || logitScale?.shape.length !== 0) return null;
  const params = new Map(
    [...textParameterShapes(architecture).keys()].map((name) => [name, present.get(name)!]),
  );
  return { architecture, params, logitScale };
}

function decideActivation(
  files: CheckpointFiles,
  choices: ModelChoices,
  {
    prefix,
    config,
    isLinear,
  }: { prefix: string; config: 'quickGelu' | 'gelu' | undefined; isLinear: boolean },
  facts: Facts,
): 'quickGelu' | 'gelu' {
  const mine = { value: choices.activation ?? undefined, source: choices.source };
  const decided = facts.decide('activation', mine, [
    ...activationEvidence(files, prefix),
    { value: config, source: 'open_clip_config.json' },
    {
      value: isLinear ? ('quickGelu' as const) : undefined,
      source: 'the reference implementation, which linearises OpenAI’s models',
    },
  ]);
  if (decided !== undefined) return decided;
  facts.note('activation', 'quickGelu', 'an assumption: no file says it');
  facts.warnings.push(
    'activation: no file says whether its MLPs use QuickGELU (OpenAI’s weights) or GELU (most of open_clip’s own); QuickGELU is assumed, and the wrong one costs accuracy without any error',
  );
  return 'quickGelu';
}

function decidePreprocessing(
  facts: Facts,
  choices: ModelChoices,
  evidence: readonly Evidence<Preprocessing>[],
): Preprocessing {
  const show = ({ mean, std }: Preprocessing) => `mean ${mean.join(', ')}; deviation ${std.join(', ')}`;
  const mine = { value: choices.preprocessing ?? undefined, source: choices.source };
  return facts.decide('preprocessing', mine, evidence, show)!;
}

function noteSizes(facts: Facts, vision: ClipCheckpoint['vision']['architecture'], source: string): void {
  const { imageSize, patchSize, width, layers, featureSize } = vision;
  facts.note('image size', `${imageSize} with patches of ${patchSize}`, source);
  facts.note('transformer', `width ${width}, ${layers} layers`, source);
  facts.note('projection', `${width} to ${featureSize} features`, source);
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

function withoutBuffers(tensors: Tensors): [string, StoredTensor][] {
  return [...tensors].filter(([name]) => !BUFFERS.test(name));
}

/** open_clip's newer model classes keep the text tower below `text.`. */
function withoutTextPrefix(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, tensor]) => [textName(name), tensor]));
}

function textName(name: string): string {
  return name.startsWith('text.') ? name.slice('text.'.length) : name;
}
