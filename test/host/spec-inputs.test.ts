import { describe, expect, it } from 'vitest';
import { parseRunSpec } from '#contract/specs/index';
import { listSpecInputs } from '#host/spec-inputs';
import { storedSpecs } from '#test/support/stored-specs';

const stored = storedSpecs.map(({ name, spec }) => ({
  name,
  spec: parseRunSpec(spec),
}));

const expected: Record<string, Record<string, string>> = {
  apply: { model: 'model' },
  'class-head': { dataset: 'dataset' },
  disentanglement: {
    model: 'model',
    ...Object.fromEntries(
      [0, 1].flatMap((task) => [
        [`tasks.${task}.dataset`, 'dataset'],
        [`tasks.${task}.head`, 'head'],
        [`tasks.${task}.taskVector`, 'task-vector'],
      ]),
    ),
  },
  'edit-search': {
    'tasks.0.head': 'head',
    'tasks.0.val': 'responses',
    'tasks.0.test': 'responses',
    'tasks.0.taskVector': 'task-vector',
    'control.head': 'head',
    'control.val': 'responses',
    'control.test': 'responses',
  },
  'edit-add': {
    model: 'model',
    ...Object.fromEntries(
      [0, 1, 2].flatMap((task) => [
        [`tasks.${task}.dataset`, 'dataset'],
        [`tasks.${task}.head`, 'head'],
        [`tasks.${task}.taskVector`, 'task-vector'],
      ]),
    ),
  },
  'edit-negate': {
    model: 'model',
    'control.dataset': 'dataset',
    'control.head': 'head',
    ...Object.fromEntries(
      [0, 1].flatMap((task) => [
        [`tasks.${task}.dataset`, 'dataset'],
        [`tasks.${task}.head`, 'head'],
        [`tasks.${task}.taskVector`, 'task-vector'],
      ]),
    ),
  },
  'edit-combine': {
    model: 'model',
    'taskVectors.0': 'task-vector',
    'taskVectors.1': 'task-vector',
    'taskVectors.2': 'task-vector',
    'tasks.0.dataset': 'dataset',
    'tasks.0.head': 'head',
  },
  'edit-merge': {
    model: 'model',
    ...Object.fromEntries(
      [0, 1].flatMap((task) => [
        [`tasks.${task}.dataset`, 'dataset'],
        [`tasks.${task}.head`, 'head'],
        [`tasks.${task}.taskVector`, 'task-vector'],
      ]),
    ),
  },
  'export-model': { model: 'model', 'taskVectors.0': 'task-vector' },
  evaluate: { model: 'model', dataset: 'dataset', head: 'head', 'taskVectors.0': 'task-vector' },
  finetune: { model: 'model', dataset: 'dataset', head: 'head' },
  forecast: { model: 'model' },
  'import-dataset': {},
  'import-head': { dataset: 'dataset' },
  'import-model': {},
  'import-task-vector': { model: 'model' },
  'initialize-model': { model: 'model' },
  inspect: {},
  'kernel-predictor': { model: 'model', dataset: 'dataset', head: 'head', taskVector: 'task-vector' },
  ntk: {
    model: 'model',
    'task.dataset': 'dataset',
    'task.head': 'head',
    'control.dataset': 'dataset',
    taskVector: 'task-vector',
  },
  pretrain: { 'datasets.0': 'dataset', 'datasets.1': 'dataset' },
  'render-tasks': {},
  responses: {
    model: 'model',
    'taskVectors.0': 'task-vector',
    'taskVectors.1': 'task-vector',
    'datasets.0': 'dataset',
  },
  'zero-shot-head': { dataset: 'dataset', textEncoder: 'text-encoder', tokenizer: 'tokenizer' },
};

describe('listSpecInputs', () => {
  it.each(stored)('names every artifact of $name with its place and kind', ({ spec }) => {
    const inputs = listSpecInputs(spec);
    expect(Object.fromEntries(inputs.map(({ role, kind }) => [role, kind]))).toEqual(expected[spec.kind]);
    const valueAt = (role: string) =>
      role.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], spec.inputs);
    for (const { role, id } of inputs) expect(valueAt(role)).toBe(id);
  });

  it.each(stored)('leaves out no artifact id that stands in the inputs of $name', ({ spec }) => {
    const ids = [...JSON.stringify(spec.inputs).matchAll(/[0-9a-f]{64}/g)].map(([id]) => id);
    expect(listSpecInputs(spec).map(({ id }) => id)).toEqual(ids);
  });
});
