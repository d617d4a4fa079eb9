import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors } from '#numerics/models/safetensors';
import { encodeSample } from '#test/support/sample-image';
import { runTangent, type CommandResult } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';

const golden = join(import.meta.dirname, '../golden/checkpoints');

describe('checkpoints, brought and taken away with the command', { timeout: 120_000 }, () => {
  const root = sharedTempFolder();
  const data = join(root, 'data');
  const ids: Record<string, string> = {};

  const tangent = (...args: string[]) => runTangent('--data-dir', data, ...args);
  async function outputsOf(...args: string[]): Promise<Record<string, string>> {
    const result = await tangent('--json', ...args);
    expect(result.code, result.stdout).toBe(0);
    const outputs = result.values.flatMap((value) => (value.outputs ?? []) as { role: string; id: string }[]);
    return Object.fromEntries(outputs.map(({ role, id }) => [role, id]));
  }
  const refusal = ({ code, stderr }: CommandResult) => ({ code, stderr });

  beforeAll(async () => {
    for (const [i, name] of ['train/stop', 'train/go', 'train/wait', 'test/stop', 'test/go'].entries()) {
      for (const copy of [0, 1, 2]) {
        const file = join(root, 'signs', name, `${copy}.png`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, await encodeSample(10 * i + copy));
      }
    }
    ids.dataset = (
      await outputsOf('import', 'dataset', join(root, 'signs'), '--val-fraction', '0.9')
    ).dataset;
  });

  it('says what a pickled encoder is without importing it', async () => {
    const { code, stdout } = await tangent('inspect', join(golden, 'finetuned.pt'));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /activation +quickGelu \(the class of its MLPs \(open_clip.transformer.QuickGELU\)\)/,
    );
    expect(stdout).toMatch(/not executed .*src\.modeling\.ImageEncoder/);
    const { values } = await tangent('--json', 'runs', '--kind', 'import-model');
    expect(values).toEqual([]);
  });

  it('imports an archive of OpenAI, and says that a text tower of another vocabulary makes no head', async () => {
    const outputs = await outputsOf('import', 'model', join(golden, 'openai.pt'), '--heads', '2');
    ids.openai = outputs.model;
    const refused = await tangent('head', 'zero-shot', '--dataset', ids.dataset, '--model', ids.openai);
    expect(refusal(refused)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('without a tokenizer') as unknown,
    });
  });

  it('says that a checkpoint without a text tower makes no head', async () => {
    ids.zeroshot = (await outputsOf('import', 'model', join(golden, 'zeroshot.pt'))).model;
    const refused = await tangent('head', 'zero-shot', '--dataset', ids.dataset, '--model', ids.zeroshot);
    expect(refusal(refused)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('without a text tower') as unknown,
    });
  });

  it('evaluates and adds task vectors and heads that came from elsewhere', async () => {
    const vector = await outputsOf(
      ...['import', 'task-vector', join(golden, 'finetuned.pt'), '--model', ids.zeroshot, '--name', 'signs'],
    );
    ids.vector = vector.taskVector;
    const head = join(golden, 'head_ThreeVal.pt');
    ids.head = (await outputsOf('import', 'head', head, '--dataset', ids.dataset)).head;
    const refused = await tangent('edit', 'add', '--task-vector', ids.vector);
    expect(refusal(refused)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('<vector>,<dataset>,<head>') as unknown,
    });
    const task = [ids.vector, ids.dataset, ids.head].join(',');
    const added = await tangent(
      'edit',
      'add',
      '--task-vector',
      task,
      '--mode',
      'posthoc',
      '--grid-points',
      '3',
    );
    expect(added.code, added.stderr).toBe(0);
    expect(added.stdout).toMatch(/all tasks added/);
    const options = ['--dataset', ids.dataset, '--head', ids.head, '--split', 'val'];
    const evaluated = await tangent('evaluate', '--task-vector', ids.vector, ...options);
    expect(evaluated.stdout).toMatch(/signs val: top-1/);
  });

  it('exports what it has, and overwrites nothing', async () => {
    const folder = join(root, 'exported');
    const exported = await tangent('export', '--model', ids.openai, '--to', folder);
    expect(exported.code, exported.stderr).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    const again = await tangent('export', '--model', ids.openai, '--to', folder);
    expect(refusal(again)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not empty') as unknown,
    });
    const linear = join(root, 'linearised');
    await outputsOf('export', '--task-vector', `${ids.vector}=0.5`, '--format', 'linearized', '--to', linear);
    const { tensors } = decodeSafetensors(readFileSync(join(linear, 'task_vector.safetensors')), 'vector');
    expect(tensors.has('visual_projection.weight')).toBe(true);
    expect(existsSync(join(linear, 'README.md'))).toBe(true);
  });

  it('lists the datasets that it knows', async () => {
    const { stdout } = await tangent('datasets');
    expect(stdout).toMatch(/^MNIST +10 classes +60000 train +10000 test/m);
    const { stdout: about } = await tangent('datasets', 'dtd');
    expect(about).toContain('test accuracy far above Val accuracy is the sign');
    expect((await tangent('datasets', 'nothing')).code).toBe(2);
  });
});
