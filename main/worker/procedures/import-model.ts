import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { readHuggingFaceClip } from '#numerics/models/hugging-face/read-clip';
import { encodeModel, type StoredModel } from '#numerics/models/model-file';
import { decodeSafetensors } from '#numerics/models/safetensors';
import { assertVisionParams, deduceVisionArchitecture } from '#numerics/models/vision-parameters';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';

type Spec = RunSpecOf<'import-model'>;
type Encoder = Omit<StoredModel, 'name'>;

/** Reads the image tower of a checkpoint; what lies outside it is told in the log and left out. */
export async function importModel(spec: Spec, context: RunContext): Promise<void> {
  const { path, fingerprint, name, source } = spec.params;
  await assertUnchanged(path, fingerprint, context);
  const encoder =
    source.format === 'open-clip'
      ? await readOpenClip(path, source, context)
      : await readHuggingFace(path, context);
  const { imageSize, patchSize, width, layers, heads, featureSize, activation } = encoder.architecture;
  context.log(
    `image size ${imageSize}, patch ${patchSize}, width ${width}, ${layers} layers, ${heads} heads, ${featureSize} features, ${activation}`,
  );
  await context.output(encodeModel({ name, ...encoder }), { kind: 'model', role: 'model', label: name });
}

async function readOpenClip(
  path: string,
  { heads, activation, preprocessing }: Extract<Spec['params']['source'], { format: 'open-clip' }>,
  context: RunContext,
): Promise<Encoder> {
  const { tensors } = decodeSafetensors(await readFile(path), path);
  const params = new Map([...tensors].filter(([parameter]) => parameter.startsWith('visual.')));
  const others = [...tensors.keys()].filter((parameter) => !params.has(parameter));
  if (others.length > 0)
    context.log(`left out ${others.length} tensors outside the image tower: ${others.join(', ')}`);
  const shapes = new Map([...params].map(([parameter, { shape }]) => [parameter, shape]));
  const architecture = deduceVisionArchitecture(shapes, { heads, activation });
  assertVisionParams(architecture, params);
  return { architecture, preprocessing, naming: 'open-clip', params };
}

async function readHuggingFace(folder: string, context: RunContext): Promise<Encoder> {
  const file = (name: string) => join(folder, name);
  for (const name of ['config.json', 'model.safetensors']) {
    if (existsSync(file(name))) continue;
    throw new AppError('checkpoint_format', `${folder} has no ${name}; a Hugging Face CLIP folder has one.`, {
      file: folder,
    });
  }
  const processor = file('preprocessor_config.json');
  const clip = readHuggingFaceClip(
    {
      config: await readFile(file('config.json'), 'utf8'),
      processor: existsSync(processor) ? await readFile(processor, 'utf8') : null,
      weights: await readFile(file('model.safetensors')),
    },
    folder,
  );
  const { layers, width, contextLength } = clip.text.architecture;
  context.log(
    `checked and left out the text tower: width ${width}, ${layers} layers, ${contextLength} tokens`,
  );
  return { ...clip.vision, preprocessing: clip.preprocessing, naming: 'hugging-face' };
}
