import { spawnSync } from 'node:child_process';
import { mkdirSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '#numerics/models/safetensors';
import { relativeError } from '#test/support/closeness';
import { encodeSample } from '#test/support/sample-image';
import { runTangent } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';

/**
 * CLIP ViT-B/32 with random weights goes in from transformers and open_clip, and out to both again, against
 * what these compute themselves. Needs a Python that has them; TANGENT_TEST_PYTHON names one.
 */
const python = process.env.TANGENT_TEST_PYTHON ?? 'python3';
const probe = spawnSync(python, ['-c', 'import torch, transformers, open_clip, safetensors'], {
  encoding: 'utf8',
});
const reason = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1);
const isMissing = probe.status !== 0;
/** A test that is left out says why. */
const title = `CLIP ViT-B/32, against PyTorch${isMissing ? ` (left out: ${python}: ${reason})` : ''}`;

const scripts = join(import.meta.dirname, '..', 'fixtures', 'checkpoints');
const TEN_MINUTES = 600_000;

function runPython(script: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(python, [join(scripts, script), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

const tensors = (path: string) => decodeSafetensors(readFileSync(path), path).tensors;

describe.skipIf(isMissing)(title, { timeout: TEN_MINUTES }, () => {
  const root = sharedTempFolder();
  const data = join(root, 'data');
  const made = join(root, 'made');
  const exported = join(root, 'exported');
  const pixels = join(made, 'pixels.safetensors');
  const models: Record<string, string> = {};
  let dataset = '';

  async function tangent(...args: string[]): Promise<Record<string, string>> {
    const { code, stdout, values } = await runTangent('--data-dir', data, '--json', ...args);
    if (code !== 0) throw new Error(stdout);
    const outputs = values.flatMap((value) => (value.outputs ?? []) as { role: string; id: string }[]);
    return Object.fromEntries(outputs.map(({ role, id }) => [role, id]));
  }

  async function apply(model: string, ...more: string[]): Promise<ReturnType<typeof tensors>> {
    const out = join(root, 'out.safetensors');
    await tangent('apply', '--model', model, '--pixels', pixels, '--out', out, ...more);
    return tensors(out);
  }

  beforeAll(async () => {
    runPython('random_clip.py', made);
    models['hugging-face'] = (await tangent('import', 'model', join(made, 'hugging-face'))).model;
    const openClip = join(made, 'open-clip.pt');
    models['open-clip'] = (await tangent('import', 'model', openClip, '--activation', 'gelu')).model;
    for (const [i, name] of ['train/a', 'train/b', 'train/c'].entries()) {
      for (const copy of [0, 1]) {
        const file = join(root, 'images', name, `${copy}.png`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, await encodeSample(10 * i + copy));
      }
    }
    dataset = (await tangent('import', 'dataset', join(root, 'images'))).dataset;
    mkdirSync(exported);
    copyFileSync(pixels, join(exported, 'pixels.safetensors'));
  }, TEN_MINUTES);

  it.each(['hugging-face', 'open-clip'])('has the image features of %s', async (layout) => {
    const expected = tensors(join(made, 'expected.safetensors')).get(`${layout}.features`)!;
    const features = (await apply(models[layout])).get('features')!;
    expect(relativeError(features.data, expected.data)).toBeLessThan(1e-4);
  });

  it.each(['hugging-face', 'open-clip'])('has the zero-shot head of %s', async (layout) => {
    const templates = join(root, 'templates.txt');
    const names = join(root, 'names.txt');
    writeFileSync(templates, 'a photo of a {class}.\na zoomed in photo of the "{class}".\n');
    writeFileSync(names, "tabby cat\nÉmile's dog\n7\n");
    const options = [
      '--dataset',
      dataset,
      '--model',
      models[layout],
      '--templates',
      templates,
      '--names',
      names,
    ];
    const { head } = await tangent('head', 'zero-shot', ...options);
    const { data: weight } = tensors(join(data, 'artifacts', head.slice(0, 2), head.slice(2))).get('weight')!;
    const expected = tensors(join(made, 'expected.safetensors')).get(`${layout}.zeroShot`)!;
    expect(relativeError(weight, expected.data)).toBeLessThan(1e-4);
  });

  it('is opened by transformers and open_clip, and computes there what it computes here', async () => {
    const model = models['hugging-face'];
    const difference = join(made, 'task-vector.safetensors');
    const { taskVector } = await tangent(
      'import',
      'task-vector',
      difference,
      '--model',
      model,
      '--difference',
    );
    const to = (name: string) => ['--to', join(exported, name)];
    await tangent('export', '--model', model, ...to('hugging-face'));
    await tangent('export', '--model', model, '--no-text', ...to('hugging-face-vision'));
    await tangent('export', '--model', model, '--format', 'open-clip', ...to('open-clip'));
    await tangent('export', '--task-vector', taskVector, '--format', 'linearized', ...to('linearized'));
    runPython('load_exports.py', exported);

    const found = tensors(join(exported, 'features.safetensors'));
    const here = await apply(model, '--tangent', difference);
    const features = here.get('features')!.data;
    for (const folder of ['hugging-face', 'hugging-face-vision', 'open-clip']) {
      expect(relativeError(found.get(folder)!.data, features), folder).toBeLessThan(1e-4);
    }
    const jvp = here.get('jvp')!.data;
    const linearized = features.map((value, i) => value + 0.7 * jvp[i]);
    expect(relativeError(found.get('linearized')!.data, linearized)).toBeLessThan(1e-4);
    const text = found.get('hugging-face.text')!.data;
    expect(relativeError(found.get('open-clip.text')!.data, text)).toBeLessThan(1e-4);
  });
});
