import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintSource } from '#artifacts/fingerprint';
import type { RunSpecOf } from '#contract/specs/index';
import { startEngine } from '#numerics/engine/start-engine';
import type { NamedArray } from '#numerics/engine/tensor';
import { checkpointShapes, visionNameMap } from '#numerics/models/hugging-face/parameter-names';
import { decodeModel } from '#numerics/models/model-file';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import { relativeError } from '#test/support/closeness';
import { RunLab } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { gradientErrors, wave, waves, type GradientSummary } from '#test/support/wave';

const golden = join(import.meta.dirname, '../golden/hugging-face-clip');
const { vision: expected } = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as {
  vision: { features: number[]; tangent: number[]; gradient: GradientSummary };
};
const lab = new RunLab(sharedTempFolder());
let model: string;
let shapes: ReadonlyMap<string, readonly number[]>;

const pixels = { shape: [3, 3, 8, 8], data: wave([3, 3, 8, 8], 50, 1.5) };
const cotangent = { shape: [3, 6], data: wave([3, 6], 60, 1) };
const tangent = () => waves(shapes, 100, 0.1);

type Tensors = ReadonlyMap<string, NamedArray>;
type Params = RunSpecOf<'apply'>['params'];

async function write(name: string, tensors: Tensors): Promise<Params['pixels']> {
  const path = join(lab.root, `${name}.safetensors`);
  writeFileSync(path, encodeSafetensors(tensors, {}));
  const { fingerprint } = await fingerprintSource(path);
  return { path, fingerprint };
}

async function applyTo(files: { pixels: Tensors; tangent?: Tensors; cotangent?: Tensors }, batchSize = 32) {
  const params: Params = {
    pixels: await write('pixels', files.pixels),
    tangent: files.tangent === undefined ? null : await write('tangent', files.tangent),
    cotangent: files.cotangent === undefined ? null : await write('cotangent', files.cotangent),
    batchSize,
    engine: 'wasm',
  };
  const { outputs } = await lab.run({ kind: 'apply', specVersion: 1, params, inputs: { model }, seed: 0 });
  return decodeSafetensors(await lab.context().artifacts.read(outputs.result), 'result').tensors;
}

beforeAll(async () => {
  await startEngine('wasm');
  const source = await fingerprintSource(golden);
  const { outputs } = await lab.run({
    kind: 'import-model',
    specVersion: 3,
    params: {
      path: source.path,
      fingerprint: source.fingerprint,
      name: 'golden',
      heads: null,
      activation: null,
      preprocessing: null,
    },
    inputs: {},
    seed: 0,
  });
  ({ model } = outputs);
  const { architecture } = decodeModel(await lab.context().artifacts.read(model), 'model');
  shapes = checkpointShapes(visionNameMap(architecture));
});

describe('apply', () => {
  it.each([32, 2, 1])(
    'gives features, J·v and Jᵀ·u as PyTorch does, in batches of %i images',
    async (batchSize) => {
      const result = await applyTo(
        {
          pixels: new Map([['pixels', pixels]]),
          tangent: tangent(),
          cotangent: new Map([['cotangent', cotangent]]),
        },
        batchSize,
      );
      expect(relativeError(result.get('features')!.data, expected.features)).toBeLessThan(1e-5);
      expect(relativeError(result.get('jvp')!.data, expected.tangent)).toBeLessThan(1e-5);
      const gradient = new Map(
        [...result].flatMap(([name, array]) =>
          name.startsWith('vjp.') ? [[name.slice('vjp.'.length), array]] : [],
        ),
      );
      expect([...gradient.keys()].sort()).toEqual([...shapes.keys()].sort());
      for (const [name, error] of Object.entries(gradientErrors(gradient, expected.gradient))) {
        if (!name.endsWith('k_proj.bias')) expect(error, name).toBeLessThan(1e-5);
      }
    },
  );

  it('writes features alone where nothing else is asked for', async () => {
    const result = await applyTo({ pixels: new Map([['pixels', pixels]]) });
    expect([...result.keys()]).toEqual(['features']);
  });

  const changed = (change: (tensors: Map<string, NamedArray>) => void) => () => {
    const tensors = tangent();
    change(tensors);
    return { pixels: new Map([['pixels', pixels]]), tangent: tensors };
  };
  const bias = 'vision_model.pre_layrnorm.bias';
  it.each([
    [
      'an unknown name in the tangent',
      changed((t) => t.set('vision_model.nothing', t.get(bias)!)),
      'vision_model.nothing',
    ],
    ['a missing name in the tangent', changed((t) => t.delete(bias)), bias],
    [
      'a tangent of another shape',
      changed((t) => t.set(bias, { shape: [4, 4], data: new Float32Array(16) })),
      bias,
    ],
    [
      'a tangent that is not a number',
      changed((t) => t.set(bias, { shape: [16], data: new Float32Array(16).fill(NaN) })),
      bias,
    ],
    ['pixels under another name', () => ({ pixels: new Map([['images', pixels]]) }), 'pixels'],
    [
      'pixels of another size',
      () => ({ pixels: new Map([['pixels', { shape: [1, 3, 4, 4], data: new Float32Array(48) }]]) }),
      'pixels',
    ],
    [
      'a cotangent for another number of images',
      () => ({
        pixels: new Map([['pixels', pixels]]),
        cotangent: new Map([['cotangent', { shape: [2, 6], data: new Float32Array(12) }]]),
      }),
      'cotangent',
    ],
  ])('refuses %s, naming it', async (_, files, parameter) => {
    await expect(applyTo(files())).rejects.toMatchObject({
      code: expect.stringMatching(/^(params_mismatch|non_finite_params)$/) as string,
      data: { parameter },
    });
  });

  it('refuses a file that has changed since it was asked for', async () => {
    const file = await write('pixels', new Map([['pixels', pixels]]));
    const params: Params = {
      pixels: { ...file, fingerprint: '0'.repeat(64) },
      tangent: null,
      cotangent: null,
      batchSize: 1,
      engine: 'wasm',
    };
    const spec = { kind: 'apply', specVersion: 1, params, inputs: { model }, seed: 0 } as const;
    await expect(lab.run(spec)).rejects.toMatchObject({ code: 'source_changed' });
  });
});
