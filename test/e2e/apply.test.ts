import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import { relativeError } from '#test/support/closeness';
import { runTangent, startTangent } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';
import { wave } from '#test/support/wave';

const nativeEngine = process.env.TANGENT_NATIVE_ENGINE;
const model = join(import.meta.dirname, '../golden/hugging-face-clip');
const { vision: expected } = JSON.parse(readFileSync(join(model, 'expected.json'), 'utf8')) as {
  vision: { features: number[] };
};

describe('tangent apply and forecast on a Hugging Face folder', { timeout: 120_000 }, () => {
  const folder = sharedTempFolder();
  const pixels = join(folder, 'x.safetensors');
  const out = join(folder, 'out.safetensors');
  const tangent = (...args: string[]) => runTangent('--data-dir', join(folder, 'data'), ...args);
  const apply = (...args: string[]) => tangent('apply', '--model', model, '--pixels', pixels, ...args);

  it('imports the folder and writes the features that PyTorch gives', async () => {
    const shape = [3, 3, 8, 8];
    writeFileSync(
      pixels,
      encodeSafetensors(new Map([['pixels', { shape, data: wave(shape, 50, 1.5) }]]), {}),
    );
    const { code, stdout } = await apply('--out', out);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`wrote ${out}`) as string,
    });
    const { tensors } = decodeSafetensors(readFileSync(out), 'out');
    expect([...tensors.keys()]).toEqual(['features']);
    expect(relativeError(tensors.get('features')!.data, expected.features)).toBeLessThan(1e-5);
  });

  it.runIf(nativeEngine !== undefined)(
    'computes the same on the native engine, and doctor names it',
    async () => {
      const native = (...args: string[]) =>
        startTangent(['--data-dir', join(folder, 'data'), ...args], undefined, nativeEngine).ended;
      expect((await native('doctor')).stdout).toMatch(/engine +native/);
      const args = ['--model', model, '--pixels', pixels, '--out', out, '--engine', 'native'];
      expect(await native('apply', ...args)).toMatchObject({ code: 0 });
      const { tensors } = decodeSafetensors(readFileSync(out), 'out');
      expect(relativeError(tensors.get('features')!.data, expected.features)).toBeLessThan(1e-5);
    },
  );

  it('names an unknown parameter of a tangent and writes nothing', async () => {
    const tangents = join(folder, 'v.safetensors');
    const stray = { shape: [1], data: Float32Array.of(1) };
    writeFileSync(tangents, encodeSafetensors(new Map([['nothing.known', stray]]), {}));
    const other = join(folder, 'other.safetensors');
    const { code, stderr } = await apply('--tangent', tangents, '--out', other);
    expect(code).toBe(2);
    expect(stderr).toMatch(/parameter ".*" is (missing|not expected)/);
    expect(existsSync(other)).toBe(false);
  });

  it('refuses an output in a folder that does not exist before anything is computed', async () => {
    const { code, stderr } = await apply('--out', join(folder, 'nowhere', 'out.safetensors'));
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere');
  });

  it('asks for the heads of a file, which does not say them', async () => {
    const { code, stderr } = await tangent('import', 'model', join(model, '../checkpoints/state-dict.bin'));
    expect(code).toBe(2);
    expect(stderr).toContain('--heads');
  });

  it('forecasts what a training will take', async () => {
    const runs = (await tangent('--json', 'runs')).values as { id: string; state: string; title: string }[];
    const imported = runs.find(
      ({ title, state }) => state === 'finished' && title.startsWith('Import model'),
    )!;
    const { code, stdout } = await tangent(
      ...[
        'forecast',
        '--model',
        `${imported.id}:model`,
        '--work',
        'linear',
        '--batch-size',
        '8',
        '--steps',
        '10',
      ],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/peak memory [\d.]+ MiB, of which .* were free/);
    expect(stdout).toMatch(/for a step, .* for 10/);
  });
});
