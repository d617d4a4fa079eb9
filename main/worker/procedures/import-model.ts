import { readFile } from 'node:fs/promises';
import type { RunSpecOf } from '#contract/specs/index';
import { encodeModel } from '#numerics/models/model-file';
import { decodeSafetensors } from '#numerics/models/safetensors';
import { assertVisionParams, deduceVisionArchitecture } from '#numerics/models/vision-parameters';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';

/** Reads the image tower of a checkpoint; tensors outside it are named in the log and left out. */
export async function importModel(spec: RunSpecOf<'import-model'>, context: RunContext): Promise<void> {
  const { file, fingerprint, name, heads, activation, preprocessing } = spec.params;
  await assertUnchanged(file, fingerprint, context);
  const { tensors } = decodeSafetensors(await readFile(file), file);
  const params = new Map([...tensors].filter(([parameter]) => parameter.startsWith('visual.')));
  const others = [...tensors.keys()].filter((parameter) => !params.has(parameter));
  if (others.length > 0)
    context.log(`left out ${others.length} tensors outside the image tower: ${others.join(', ')}`);
  const shapes = new Map([...params].map(([parameter, { shape }]) => [parameter, shape]));
  const architecture = deduceVisionArchitecture(shapes, { heads, activation });
  assertVisionParams(architecture, params);
  const { imageSize, patchSize, width, layers, featureSize } = architecture;
  context.log(
    `image size ${imageSize}, patch ${patchSize}, width ${width}, ${layers} layers, ${heads} heads, ${featureSize} features, ${activation}`,
  );
  await context.output(encodeModel({ name, architecture, preprocessing, params }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
}
