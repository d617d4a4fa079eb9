import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import type { ParamFunction } from '#numerics/autodiff/param-function';
import { disposeTree, treeFromArrays, treeToArrays } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, type NamedArray } from '#numerics/engine/tensor';
import {
  checkpointShapes,
  fromHuggingFace,
  textNameMap,
  toHuggingFace,
  visionNameMap,
  type NameMap,
} from '#numerics/models/hugging-face/parameter-names';
import { openCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { readAll } from '#numerics/models/stored-tensor';
import { textEncoder } from '#numerics/models/text-transformer';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { testEngines } from '#test/support/test-engines';
import { gradientErrors, toChannelsLast, wave, waves, type GradientSummary } from '#test/support/wave';

interface ExpectedTower {
  readonly features: readonly number[];
  readonly tangent: readonly number[];
  readonly gradient: GradientSummary;
}

const folder = join(import.meta.dirname, '../../golden/hugging-face-clip');
const read = (name: string) => readFileSync(join(folder, name));
const expected = JSON.parse(read('expected.json').toString()) as {
  readonly batch: number;
  readonly tokens: readonly (readonly number[])[];
  readonly vision: ExpectedTower;
  readonly text: ExpectedTower;
};
const files = await openCheckpointFiles(folder);
const clip = readClipCheckpoint(files, {
  source: 'your choice',
  heads: null,
  activation: null,
  preprocessing: null,
});
const visionParams = await readAll(clip.vision.params);
const textParams = await readAll(clip.text!.params);
await files.close();

/** Checks features, tangent and gradient of a tower against PyTorch, all under Hugging Face's names. */
function checkTower(
  f: ParamFunction,
  params: ReadonlyMap<string, NamedArray>,
  map: NameMap,
  reference: ExpectedTower,
): void {
  withoutLeaks(() => {
    const theta = treeFromArrays(params);
    const direction = treeFromArrays(fromHuggingFace(map, waves(checkpointShapes(map), 100, 0.1)));
    const { primal, tangent } = jvp(f, theta, direction);
    expect(relativeError(readTensor(primal), reference.features)).toBeLessThan(1e-5);
    expect(relativeError(readTensor(tangent), reference.tangent)).toBeLessThan(1e-5);
    const trace = new Trace(f, theta);
    const cotangent = createTensor(wave(primal.shape, 60, 1), primal.shape);
    const gradient = trace.pullBackAndDispose(cotangent);
    const errors = gradientErrors(toHuggingFace(map, treeToArrays(gradient)), reference.gradient);
    expect(Object.keys(errors).sort()).toEqual([...checkpointShapes(map).keys()].sort());
    for (const [name, error] of Object.entries(errors)) {
      // The bias of keys shifts all scores of a row alike, so its gradient is zero but for rounding.
      if (!name.endsWith('k_proj.bias')) expect(error, name).toBeLessThan(1e-5);
    }
    [primal, tangent, cotangent].forEach((tensor) => tensor.dispose());
    [theta, direction, gradient].forEach(disposeTree);
  });
}

describe.each(testEngines)(
  'a Hugging Face CLIP folder on the %s engine, against transformers in float64',
  (engine) => {
    beforeAll(async () => {
      await startEngine(engine);
    });

    it('has an image tower with the same features, tangent and gradient', () => {
      const { architecture } = clip.vision;
      const { imageSize: S } = architecture;
      const pixels = createTensor(toChannelsLast(wave([expected.batch, 3, S, S], 50, 1.5), S), [
        expected.batch,
        S,
        S,
        3,
      ]);
      const encode = imageEncoder(architecture);
      checkTower(
        (theta) => encode(theta, pixels),
        visionParams,
        visionNameMap(architecture),
        expected.vision,
      );
      pixels.dispose();
    });

    it('has a text tower with the same features, tangent and gradient', () => {
      const { architecture } = clip.text!;
      const texts = {
        tokens: Int32Array.from(expected.tokens.flat()),
        endPositions: expected.tokens.map((row) => row.indexOf(19)),
      };
      const encode = textEncoder(architecture);
      checkTower((theta) => encode(theta, texts), textParams, textNameMap(architecture), expected.text);
    });
  },
);
