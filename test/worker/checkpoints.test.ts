import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintSource } from '#artifacts/fingerprint';
import type { ModelReport } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { decodeTaskVector } from '#numerics/editing/task-vector';
import { startEngine } from '#numerics/engine/start-engine';
import { decodeHead, encodeHead } from '#numerics/models/head-file';
import { decodeModel } from '#numerics/models/model-file';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import { decodeTextEncoder } from '#numerics/models/text-encoder-file';
import { initializeVision } from '#numerics/models/vision-parameters';
import { relativeError } from '#test/support/closeness';
import { RunLab, type LabRun } from '#test/support/run-lab';
import { loadModel, loadTask } from '#worker/procedures/load-inputs';
import { sharedTempFolder } from '#test/support/temp-folder';
import { tinyArchitecture } from '#test/support/tiny-tower';
import { wave } from '#test/support/wave';

const golden = join(import.meta.dirname, '../golden/checkpoints');
const root = sharedTempFolder();
const lab = new RunLab(root);

type ModelParams = RunSpecOf<'import-model'>['params'];

async function importModel(path: string, changes: Partial<ModelParams> = {}): Promise<LabRun> {
  const { fingerprint } = await fingerprintSource(path);
  const params = { path, fingerprint, name: basename(path), heads: 2, activation: null, preprocessing: null };
  const spec = { params: { ...params, ...changes }, inputs: {}, seed: 0 };
  return lab.run({ kind: 'import-model', specVersion: 3, ...spec });
}

async function importVector(
  path: string,
  model: string,
  changes: Partial<RunSpecOf<'import-task-vector'>['params']> = {},
): Promise<LabRun> {
  const { fingerprint } = await fingerprintSource(path);
  const params = { path, fingerprint, name: basename(path), content: null, mode: null, ...changes };
  return lab.run({ kind: 'import-task-vector', specVersion: 1, params, inputs: { model }, seed: 0 });
}

const read = async (id: string) => lab.context().artifacts.read(id);
const model = async (id: string) => decodeModel(await read(id), 'model');
const vector = async (id: string) => decodeTaskVector(await read(id), 'vector');
const report = async (run: LabRun) => (await lab.json(run.outputs.report)) as ModelReport;

/** Writes the folder that an export of the given inputs makes. */
async function exportFolder(
  name: string,
  format: RunSpecOf<'export-model'>['params']['format'],
  inputs: Partial<RunSpecOf<'export-model'>['inputs']> & { model: string },
  scalingCoefs: number[] = [],
): Promise<{ folder: string; run: LabRun }> {
  const run = await lab.run({
    kind: 'export-model',
    specVersion: 1,
    params: { format, scalingCoefs },
    inputs: { taskVectors: [], textEncoder: null, tokenizer: null, ...inputs },
    seed: 0,
  });
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, id] of Object.entries(run.outputs)) writeFileSync(join(folder, file), await read(id));
  return { folder, run };
}

let archive: LabRun;
let zeroShot: LabRun;

beforeAll(async () => {
  await startEngine('wasm');
  archive = await importModel(join(golden, 'openai.pt'));
  zeroShot = await importModel(join(golden, 'zeroshot.pt'), { heads: null });
});

describe('importing a model', () => {
  it('makes image tower, text tower, tokenizer and report, with what was found and where', async () => {
    expect(Object.keys(archive.outputs)).toEqual(['model', 'textEncoder', 'report']);
    expect(archive.warnings).toEqual([expect.stringContaining('a vocabulary of 20')]);
    const { fingerprint } = await fingerprintSource(join(golden, 'openai.pt'));
    expect(await model(archive.outputs.model)).toMatchObject({ origin: fingerprint, doubts: [] });
    const text = decodeTextEncoder(await read(archive.outputs.textEncoder), 'text');
    expect(text).toMatchObject({ origin: fingerprint, logitScale: 2.5 });
    expect(await report(archive)).toMatchObject({
      format: 'tangent-model-report/1',
      layout: 'open-clip',
      container: 'torchscript',
      warnings: [],
      leftOut: ['input_resolution'],
      hasTextEncoder: true,
    });
  });

  it('reads the same weights from every container', async () => {
    const run = await importModel(join(golden, 'state-dict.bin'));
    expect((await model(run.outputs.model)).params).toEqual((await model(archive.outputs.model)).params);
    expect((await model(zeroShot.outputs.model)).params).toEqual((await model(archive.outputs.model)).params);
  });

  it('keeps what it had to assume with the model, and warns', async () => {
    const run = await importModel(join(golden, 'state-dict.bin'));
    expect(run.warnings[0]).toContain('QuickGELU is assumed');
    expect((await model(run.outputs.model)).doubts).toEqual([run.warnings[0]]);
  });

  it('makes model and task vector of a linearised encoder', async () => {
    const run = await importModel(join(golden, 'linear_finetuned.pt'));
    expect((await model(run.outputs.model)).params).toEqual((await model(zeroShot.outputs.model)).params);
    const { kind, model: of, tensors } = await vector(run.outputs.taskVector);
    expect([kind, of]).toEqual(['linear', run.outputs.model]);
    const expected = wave([16, 16], 0, 0.05).length;
    expect(tensors.get('visual.transformer.resblocks.0.attn.out_proj.weight')!.data).toHaveLength(expected);
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['a page of text', Buffer.from('<!DOCTYPE html><html><body>Not found</body></html>')],
    [
      'a pointer of git-lfs',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
    ],
    ['half a file', readFileSync(join(golden, 'state-dict.bin')).subarray(0, 100_000)],
  ])('refuses %s and stores nothing', async (name, bytes) => {
    const path = join(root, `${name.replaceAll(' ', '-')}.pt`);
    writeFileSync(path, bytes);
    const events: string[] = [];
    const { fingerprint } = await fingerprintSource(path);
    const params = { path, fingerprint, name, heads: 2, activation: null, preprocessing: null };
    const running = lab.run({ kind: 'import-model', specVersion: 3, params, inputs: {}, seed: 0 }, (event) =>
      events.push(event.type),
    );
    await expect(running).rejects.toMatchObject({ code: 'checkpoint_format' });
    expect(events).not.toContain('artifact');
  });

  it.each([
    ['NaN', NaN, 'non_finite_params'],
    ['infinity', Infinity, 'non_finite_params'],
  ])('refuses weights with %s by the name of the parameter', async (name, value, code) => {
    const params = new Map(initializeVision(tinyArchitecture, 1));
    const proj = params.get('visual.proj')!;
    params.set('visual.proj', { ...proj, data: proj.data.with(3, value) });
    const path = join(root, `${name}.safetensors`);
    writeFileSync(path, encodeSafetensors(params, {}));
    await expect(importModel(path, { heads: tinyArchitecture.heads })).rejects.toMatchObject({
      code,
      data: { parameter: 'visual.proj' },
    });
  });
});

describe('importing a task vector', () => {
  it('is the difference of a fine-tuned encoder and the model', async () => {
    const { outputs } = await importVector(join(golden, 'finetuned.pt'), zeroShot.outputs.model);
    const { kind, tensors } = await vector(outputs.taskVector);
    expect(kind).toBe('standard');
    const linear = await importVector(join(golden, 'linear_finetuned.pt'), zeroShot.outputs.model);
    const fromLists = await vector(linear.outputs.taskVector);
    expect(fromLists.kind).toBe('linear');
    expect(fromLists.tensors).toEqual(tensors);
    // The script adds waves to the parameters in PyTorch's order, of which this is the third.
    const { data } = tensors.get('visual.proj')!;
    expect(relativeError(data, wave([16, 6], 102, 0.05))).toBeLessThan(1e-6);
  });

  it('comes back from its own export, under the names of the checkpoint', async () => {
    const first = await importVector(join(golden, 'finetuned.pt'), zeroShot.outputs.model);
    const { taskVector } = first.outputs;
    const exported = await exportFolder(
      'vector',
      'task-vector',
      { model: zeroShot.outputs.model, taskVectors: [taskVector] },
      [1],
    );
    const path = join(exported.folder, 'task_vector.safetensors');
    const again = await importVector(path, zeroShot.outputs.model);
    expect((await vector(again.outputs.taskVector)).tensors).toEqual((await vector(taskVector)).tensors);
    expect(again.warnings).toEqual([]);
  });

  it('refuses a linearised encoder that was expanded around other weights', async () => {
    const other = await importModel(join(golden, 'finetuned.pt'), { heads: null });
    await expect(
      importVector(join(golden, 'linear_finetuned.pt'), other.outputs.model),
    ).rejects.toMatchObject({
      code: 'params_mismatch',
      message: expect.stringContaining('linearised around other weights') as unknown,
    });
  });

  it('warns where the mode that is said is not that of the file', async () => {
    const run = await importVector(join(golden, 'linear_finetuned.pt'), zeroShot.outputs.model, {
      mode: 'standard',
    });
    expect(run.warnings).toEqual([expect.stringContaining('the file is of linear mode')]);
  });
});

describe('exporting a model', () => {
  it.each(['hugging-face', 'open-clip'] as const)(
    'in the format %s is read back the same',
    async (format) => {
      const { model: modelId, textEncoder } = archive.outputs;
      const inputs = { model: modelId, textEncoder };
      const { folder } = await exportFolder(`whole-${format}`, format, inputs);
      const again = await importModel(folder, { heads: null });
      const [before, after] = [await model(modelId), await model(again.outputs.model)];
      expect(after.params).toEqual(before.params);
      expect(after.architecture).toEqual(before.architecture);
      expect(after.preprocessing).toEqual(before.preprocessing);
      const text = async (id: string) => {
        const { architecture, params, logitScale } = decodeTextEncoder(await read(id), 'text');
        return { architecture, params, logitScale };
      };
      expect(await text(again.outputs.textEncoder)).toEqual(await text(textEncoder));
      expect((await report(again)).warnings).toEqual([]);
    },
  );

  it('writes the image tower alone where there is no text tower', async () => {
    const { folder } = await exportFolder('vision', 'hugging-face', { model: zeroShot.outputs.model });
    const again = await importModel(folder, { heads: null });
    expect(Object.keys(again.outputs)).toEqual(['model', 'report']);
    expect((await model(again.outputs.model)).params).toEqual((await model(zeroShot.outputs.model)).params);
  });

  it('adds task vectors, and warns that linear ones belong in the tangent space', async () => {
    const linear = await importModel(join(golden, 'linear_finetuned.pt'));
    const inputs = { model: linear.outputs.model, taskVectors: [linear.outputs.taskVector] };
    const { folder, run } = await exportFolder('edited', 'open-clip', inputs, [1]);
    expect(run.warnings).toEqual([expect.stringContaining('the format "linearized" is')]);
    const again = await importModel(folder);
    const finetuned = await importModel(join(golden, 'finetuned.pt'));
    const expected = (await model(finetuned.outputs.model)).params;
    for (const [name, { data }] of (await model(again.outputs.model)).params) {
      expect(relativeError(data, expected.get(name)!.data), name).toBeLessThan(1e-6);
    }
  });

  it('refuses a format of vectors without a vector', async () => {
    const exporting = exportFolder('nothing', 'linearized', { model: zeroShot.outputs.model });
    await expect(exporting).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('what must not be half done or mistaken', () => {
  it('stores no model where the text tower turns out damaged', async () => {
    const bytes = readFileSync(join(golden, 'open-clip/open_clip_model.safetensors'));
    const { tensors } = decodeSafetensors(bytes, 'file');
    const broken = new Map(tensors);
    const embedding = tensors.get('token_embedding.weight')!;
    broken.set('token_embedding.weight', { ...embedding, data: embedding.data.with(7, NaN) });
    const path = join(root, 'text-nan.safetensors');
    writeFileSync(path, encodeSafetensors(broken, {}));
    const { fingerprint } = await fingerprintSource(path);
    const params = {
      path,
      fingerprint,
      name: 'x',
      heads: 2,
      activation: 'gelu',
      preprocessing: null,
    } as const;
    const events: string[] = [];
    const running = lab.run({ kind: 'import-model', specVersion: 3, params, inputs: {}, seed: 0 }, (event) =>
      events.push(event.type),
    );
    await expect(running).rejects.toMatchObject({ data: { parameter: 'token_embedding.weight' } });
    expect(events).not.toContain('artifact');
  });

  it('takes the τ of a linearised export for what it is, under the names of either layout', async () => {
    const { model: id } = zeroShot.outputs;
    const { taskVector } = (await importVector(join(golden, 'finetuned.pt'), id)).outputs;
    const { folder } = await exportFolder(
      'linearised',
      'linearized',
      { model: id, taskVectors: [taskVector] },
      [1],
    );
    const path = join(folder, 'task_vector.safetensors');
    const again = await importVector(path, id);
    expect((await vector(again.outputs.taskVector)).tensors).toEqual((await vector(taskVector)).tensors);
    await expect(importModel(path)).rejects.toMatchObject({
      code: 'checkpoint_format',
      message: expect.stringContaining('tangent-task-vector/1') as unknown,
    });
    await expect(importVector(folder, id)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('its task vector is zero') as unknown,
    });
  });

  it('reads of a file nothing but the file, since that is what an import records', async () => {
    const file = join(golden, 'open-clip/open_clip_model.safetensors');
    const run = await importModel(file);
    expect(run.warnings[0]).toContain('QuickGELU is assumed');
  });
});

describe('heads', () => {
  it('of ours are refused for classes in another order', async () => {
    const weight = wave([3, 6], 7, 1);
    const head = {
      classes: 3,
      featureSize: 6,
      weight,
      bias: new Float32Array(3),
      classNames: ['a', 'b', 'c'],
    };
    const file = join(root, 'head.safetensors');
    writeFileSync(file, encodeHead({ ...head, origin: 'f'.repeat(64) }));
    const params = { file, fingerprint: (await fingerprintSource(file)).fingerprint };
    const importInto = async (classes: string[]) => {
      const inputs = { dataset: await plantDataset(classes) };
      return lab.run({ kind: 'import-head', specVersion: 1, params, inputs, seed: 0 });
    };
    await expect(importInto(['a', 'c', 'b'])).rejects.toMatchObject({
      code: 'class_mismatch',
      data: { row: 1 },
    });
    const { outputs } = await importInto(['a', 'b', 'c']);
    expect(decodeHead(await read(outputs.head), 'head').origin).toBe('f'.repeat(64));
  });

  it('are read from the pickled head of the reference implementation', async () => {
    const file = join(golden, 'head_ThreeVal.pt');
    const dataset = await plantDataset(['a', 'b', 'c']);
    const { fingerprint } = await fingerprintSource(file);
    const params = { file, fingerprint };
    const { outputs } = await lab.run({
      kind: 'import-head',
      specVersion: 1,
      params,
      inputs: { dataset },
      seed: 0,
    });
    const head = decodeHead(await read(outputs.head), 'head');
    expect(head).toMatchObject({ classes: 3, featureSize: 6, classNames: ['a', 'b', 'c'] });
    expect(relativeError(head.weight, wave([3, 6], 7, 1))).toBeLessThan(1e-6);
  });
});

describe('loading what a run needs', () => {
  it('repeats what had to be assumed of the model, and warns of a head from another checkpoint', async () => {
    const assumed = await importModel(join(golden, 'state-dict.bin'));
    const dataset = await plantDataset(['a', 'b', 'c']);
    const context = lab.context();
    const warnings: string[] = [];
    context.warn = (message) => void warnings.push(message);
    const loaded = await loadModel(context, assumed.outputs.model);
    expect(warnings).toEqual([expect.stringMatching(/^state-dict.bin: activation: .*QuickGELU is assumed/)]);
    const headOf = async (origin: string | null) => {
      const weight = wave([3, 6], 7, 1);
      const head = {
        classes: 3,
        featureSize: 6,
        weight,
        bias: new Float32Array(3),
        classNames: ['a', 'b', 'c'],
      };
      return (await context.artifacts.put(encodeHead({ ...head, origin }))).id;
    };
    warnings.length = 0;
    for (const origin of [null, loaded.origin])
      await loadTask(context, { dataset, head: await headOf(origin) }, loaded);
    expect(warnings).toEqual([]);
    await loadTask(context, { dataset, head: await headOf('0'.repeat(64)) }, loaded);
    expect(warnings).toEqual([expect.stringContaining('text tower of another checkpoint')]);
  });
});

/** Stores a manifest with these classes and no images. */
async function plantDataset(classes: string[]): Promise<string> {
  const none = { packArtifact: null, samples: [] };
  const manifest = {
    format: 'tangent-dataset/1',
    name: 'planted',
    classes,
    imageSize: { minWidth: 1, maxWidth: 1, minHeight: 1, maxHeight: 1 },
    splits: { train: none, val: none, test: none },
    splitRecord: { valOrigin: 'folder' },
  };
  const { id } = await lab.context().artifacts.put(Buffer.from(JSON.stringify(manifest)));
  return id;
}
