import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { StudyGraph, StudyStep } from '#contract/study-template';
import {
  checkStepOrder,
  resolveStep,
  stepDependencies,
  stepResources,
  type StepOutputs,
} from '#host/resolve-step';
import { finetuneSpec, renderSpec } from '#test/support/specs';

const rendered = {
  format: 'tangent-rendered-folder/1',
  tasks: [{ name: 'digits', folder: '0-ab/digits', fingerprint: sha256('digits'), fileCount: 4 }],
} as const;

const outputs: StepOutputs = {
  artifact: (stepId, role) => (stepId === 'pretrain' && role === 'model' ? sha256('weights') : undefined),
  resource: (name) =>
    name === 'starter/clip' ? { path: '/program/starter/clip', fingerprint: sha256('clip') } : undefined,
  rendered: (stepId) => (stepId === 'render' ? { ...rendered, tasks: [...rendered.tasks] } : undefined),
  renderedDirectory: '/data/rendered',
};

function finetuneStep(model: unknown): StudyStep {
  const spec = finetuneSpec();
  return { id: 'finetune', title: 'Fine-tune', spec: { ...spec, inputs: { ...spec.inputs, model } } };
}

function importStep(name: string): StudyStep {
  const refer = (property: string) => ({ $renderedFolder: name, of: 'render', property });
  return {
    id: 'import',
    title: 'Import',
    spec: {
      kind: 'import-dataset',
      specVersion: 1,
      params: {
        folder: refer('folder'),
        fingerprint: refer('fingerprint'),
        name,
        valFraction: 0.1,
        valCap: 10,
        onUnreadable: 'fail',
      },
      inputs: {},
      seed: 0,
    },
  };
}

function importModelStep(name: string): StudyStep {
  const refer = (property: string) => ({ $resource: name, property });
  return {
    id: 'import-model',
    title: 'Import',
    spec: {
      kind: 'import-model',
      specVersion: 3,
      params: {
        path: refer('path'),
        fingerprint: refer('fingerprint'),
        name: 'starter',
        heads: null,
        activation: null,
        preprocessing: null,
      },
      inputs: {},
      seed: 0,
    },
  };
}

describe('resolveStep', () => {
  it('puts the artifact of an earlier step where the template refers to it', () => {
    const spec = resolveStep(finetuneStep({ $output: 'model', of: 'pretrain' }), outputs);
    expect(spec).toEqual(finetuneSpec({ model: sha256('weights') }));
  });

  it('puts the folder that was drawn, and what it holds, where the template refers to them', () => {
    expect(resolveStep(importStep('digits'), outputs)).toMatchObject({
      params: { path: '/data/rendered/0-ab/digits', fingerprint: sha256('digits') },
    });
  });

  it('puts a folder that comes with the program, and what it holds, where the template refers to them', () => {
    expect(resolveStep(importModelStep('starter/clip'), outputs)).toMatchObject({
      params: { path: '/program/starter/clip', fingerprint: sha256('clip') },
    });
  });

  it.each([
    ['an output', finetuneStep({ $output: 'head', of: 'pretrain' }), 'pretrain has no output head'],
    ['a folder', importStep('signs'), 'render has no rendered folder signs'],
    ['a resource', importModelStep('starter/none'), 'there is no resource starter/none'],
  ])('names %s that is not there', (_, step, words) => {
    expect(() => resolveStep(step, outputs)).toThrow(
      expect.objectContaining({
        code: 'invalid_spec',
        data: { stepId: step.id },
        message: expect.stringContaining(words) as string,
      }),
    );
  });

  it('refuses a spec that is not valid once it is resolved', () => {
    const step = finetuneStep({ $output: 'model', of: 'pretrain', extra: 1 });
    expect(() => resolveStep(step, outputs)).toThrow(/inputs\.model/);
  });
});

describe('stepDependencies', () => {
  it('lists each step that is referred to once, however deep', () => {
    const { spec } = finetuneStep({ $output: 'model', of: 'pretrain' });
    const inputs = { ...(spec.inputs as object), list: [{ a: { $output: 'head', of: 'pretrain' } }] };
    expect(stepDependencies({ id: 'x', title: '', spec: { ...spec, inputs } })).toEqual(['pretrain']);
    expect(stepDependencies(importStep('digits'))).toEqual(['render']);
    expect(stepDependencies({ id: 'x', title: '', spec: renderSpec() })).toEqual([]);
  });
});

describe('stepResources', () => {
  it('lists each folder of the program that is referred to once', () => {
    expect(stepResources(importModelStep('starter/clip'))).toEqual(['starter/clip']);
    expect(stepResources(importStep('digits'))).toEqual([]);
  });

  it('takes no path that leads out of the resources for a reference', () => {
    expect(stepResources(importModelStep('../secrets'))).toEqual([]);
  });
});

describe('checkStepOrder', () => {
  const refer = (id: string, ...dependencies: string[]): StudyStep => ({
    id,
    title: id,
    spec: { kind: 'evaluate', inputs: dependencies.map((of) => ({ $output: 'x', of })) },
  });
  const template = (...steps: StudyStep[]): StudyGraph => ({
    format: 'tangent-study/1',
    name: 'x',
    title: '',
    description: '',
    steps,
  });

  it('accepts steps that refer only to those before them', () => {
    expect(() => checkStepOrder(template(refer('a'), refer('b', 'a'), refer('c', 'a', 'b')))).not.toThrow();
  });

  it.each([
    ['refers to a later one', 'a', [refer('a', 'b'), refer('b')]],
    ['closes a cycle', 'a', [refer('a', 'b'), refer('b', 'a')]],
    ['refers to itself', 'a', [refer('a', 'a')]],
    ['refers to an unknown one', 'b', [refer('a'), refer('b', 'a', 'nothing')]],
    ['has the id of another', 'a', [refer('a'), refer('a')]],
  ])('refuses a step that %s, and names it', (_, stepId, steps) => {
    expect(() => checkStepOrder(template(...steps))).toThrow(
      expect.objectContaining({ code: 'invalid_spec', data: { stepId } }),
    );
  });
});
