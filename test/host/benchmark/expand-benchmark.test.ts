import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { Benchmark } from '#contract/benchmark';
import { parseRunSpec, type RunKind, type RunSpec } from '#contract/specs/index';
import { starterDomainSchema } from '#contract/specs/starter-domain';
import type { StudyStep } from '#contract/study-template';
import { applyChoices } from '#contract/benchmark-choices';
import { expandBenchmark, type BenchmarkBindings } from '#host/benchmark/expand-benchmark';
import { benchmarkStepIds } from '#host/benchmark/step-ids';
import { checkStepOrder, resolveStep, stepResources } from '#host/resolve-step';
import { studyTemplates } from '#host/study-templates';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';

/** What the procedures call their outputs. */
const outputRoles: Partial<Record<RunKind, readonly string[]>> = {
  'import-model': ['model', 'textEncoder', 'tokenizer', 'report'],
  'import-dataset': ['dataset', 'report'],
  'zero-shot-head': ['head'],
  'initialize-model': ['model'],
  finetune: ['taskVector', 'model'],
};

/** As if everything that the catalog must have were there. */
function bindAll({ model, tasks, control }: Benchmark): BenchmarkBindings {
  const all = control === null ? tasks : [...tasks, control];
  const prompts = { known: null, templates: ['a photo of a {class}.'], promptNames: ['one', 'two'] };
  return {
    model:
      model.from === 'starter'
        ? null
        : { model: sha256('model'), textEncoder: sha256('text'), tokenizer: sha256('tokenizer') },
    tasks: new Map(
      all
        .filter(({ data }) => data.from === 'catalog')
        .map(({ name }) => [name, { dataset: sha256(name), prompts }]),
    ),
  };
}

function expand(benchmark: Benchmark): StudyStep[] {
  return expandBenchmark(benchmark, bindAll(benchmark));
}

function resolve(step: StudyStep): RunSpec {
  return resolveStep(step, {
    artifact: (stepId, role) => sha256(`${stepId} ${role}`),
    rendered: () => ({
      format: 'tangent-rendered-folder/1',
      tasks: starterDomainSchema.options.map((name) => ({
        name,
        folder: name,
        fingerprint: sha256(name),
        fileCount: 1,
      })),
    }),
    resource: (name) => ({ path: `/resources/${name}`, fingerprint: sha256(name) }),
    renderedDirectory: '/rendered',
  });
}

const shipped = [...studyTemplates, smallBenchmark()].flatMap((template) => {
  if (template.format !== 'tangent-benchmark/1') return [];
  return [null, ...Object.keys(template.presets)].map((preset) => ({
    name: template.name,
    preset,
    steps: expand(applyChoices(template, { ...unchosen, preset })),
  }));
});

describe.each(shipped)('the steps of $name with the preset $preset', ({ name, steps }) => {
  it('have specifications that are valid once their inputs are there', () => {
    for (const step of steps) {
      const spec = resolve(step);
      expect(parseRunSpec(spec)).toEqual(spec);
      // A step written for an older version would be migrated, and so not be what the template says.
      expect(spec.specVersion, step.id).toBe(step.spec.specVersion);
      expect(JSON.stringify(spec)).not.toContain('$');
    }
  });

  it('refer only to steps before them, under unique ids', () => {
    const graph = { format: 'tangent-study/1' as const, name, title: '', description: '', steps };
    expect(() => checkStepOrder(graph)).not.toThrow();
  });

  it('refer to outputs that a step of that kind makes', () => {
    const kindOf = new Map(steps.map(({ id, spec }) => [id, spec.kind]));
    for (const step of steps) {
      for (const [, role, of] of JSON.stringify(step).matchAll(/\{"\$output":"([^"]+)","of":"([^"]+)"\}/g)) {
        expect(outputRoles[kindOf.get(of)!], `${step.id} of ${of}`).toContain(role);
      }
    }
  });
});

describe('expandBenchmark', () => {
  it('repeats the epochs of the reference implementation with the preset released-code', () => {
    const { steps } = shipped.find(
      ({ name, preset }) => name === 'paper-8-vision' && preset === 'released-code',
    )!;
    const expected = {
      cars: 2030,
      dtd: 2052,
      eurosat: 2028,
      gtsrb: 2068,
      mnist: 2150,
      resisc45: 1995,
      sun397: 1960,
      svhn: 2136,
    };
    const idOf = (mode: string, task: string) => `finetune-${mode}-${task}-seed0`;
    const randomIdOf = (mode: string, task: string) => benchmarkStepIds.finetuneRandom(mode, task);
    for (const [mode, name] of [
      ['standard', idOf],
      ['linear', idOf],
      ['standard', randomIdOf],
      ['linear', randomIdOf],
    ] as const) {
      const trained = Object.keys(expected).map((task) => {
        const { spec } = steps.find(({ id }) => id.toLowerCase() === name(mode, task).toLowerCase())!;
        const { schedule } = spec.params as { schedule: { steps: number; warmupSteps: number } };
        expect(schedule.warmupSteps).toBe(500);
        return [task, schedule.steps];
      });
      expect(Object.fromEntries(trained)).toEqual(expected);
    }
  });

  it('makes every run of the protocol, and nothing twice', () => {
    const ids = expand(smallBenchmark().benchmark).map(({ id }) => id);
    const perSeed = (seed: number) => [
      ...['standard', 'linear'].flatMap((mode) =>
        ['signs', 'digits'].map((task) => `finetune-${mode}-${task}-seed${seed}`),
      ),
      ...['standard', 'posthoc', 'linear'].flatMap((method) => [
        `add-${method}-seed${seed}`,
        `negate-${method}-seed${seed}`,
      ]),
    ];
    expect(ids).toEqual([
      'import-model',
      ...['signs', 'digits', 'objects'].flatMap((task) => [
        `render-${task}`,
        `import-${task}`,
        `head-${task}`,
      ]),
      ...perSeed(3),
      ...perSeed(5),
      'initialize',
      ...['signs', 'digits'].map((task) => `finetune-random-standard-${task}`),
      'add-random-standard',
    ]);
  });

  it('leaves out what the benchmark leaves out', () => {
    const whole = smallBenchmark().benchmark;
    const steps = expand({ ...whole, control: null, randomInit: null, methods: ['posthoc'], seeds: [1] });
    expect(steps.map(({ id }) => id).filter((id) => !/^(render|import|head)-/.test(id))).toEqual([
      'finetune-standard-signs-seed1',
      'finetune-standard-digits-seed1',
      'add-posthoc-seed1',
    ]);
  });

  it('draws nothing and imports nothing that is in the catalog', () => {
    const [{ steps }] = shipped.filter(({ name }) => name === 'paper-8-vision');
    const kinds = new Set(steps.map(({ spec }) => spec.kind));
    expect([...kinds]).toEqual(['zero-shot-head', 'finetune', 'edit-add', 'edit-negate', 'initialize-model']);
    expect(steps.find(({ id }) => id === 'head-cars')?.spec).toMatchObject({
      params: { templates: ['a photo of a {class}.'], promptNames: ['one', 'two'] },
      inputs: { dataset: sha256('Cars'), textEncoder: sha256('text'), tokenizer: sha256('tokenizer') },
    });
  });

  it('takes the model of the starter from what comes with the program', () => {
    const [importModel] = expand(smallBenchmark().benchmark);
    expect(stepResources(importModel)).toEqual(['starter/clip']);
  });

  it('gives each seed and task its own training, with a warm-up that is shorter than it', () => {
    const template = smallBenchmark();
    const steps = expand(applyChoices(template, { ...unchosen, preset: 'brief' }));
    const scheduleOf = (wanted: string) => {
      const { spec } = steps.find(({ id }) => id === wanted)!;
      return { seed: spec.seed, ...(spec.params as { schedule: object }).schedule };
    };
    expect(scheduleOf('finetune-standard-signs-seed3')).toMatchObject({ seed: 3, steps: 4, warmupSteps: 3 });
    expect(scheduleOf('finetune-linear-digits-seed5')).toMatchObject({ seed: 5, steps: 6, warmupSteps: 5 });
  });

  it('evaluates the post-hoc method with the vectors of standard fine-tuning', () => {
    const steps = expand(smallBenchmark().benchmark);
    const { inputs } = steps.find(({ id }) => id === 'add-posthoc-seed5')!.spec;
    expect(inputs).toMatchObject({
      tasks: [
        { taskVector: { $output: 'taskVector', of: 'finetune-standard-signs-seed5' } },
        { taskVector: { $output: 'taskVector', of: 'finetune-standard-digits-seed5' } },
      ],
    });
  });

  it('starts all trainings from one random θ0, under the heads of the pre-trained model', () => {
    const steps = expand(smallBenchmark().benchmark);
    const { inputs, seed } = steps.find(({ id }) => id === 'finetune-random-standard-signs')!.spec;
    expect(seed).toBe(77);
    expect(inputs).toMatchObject({
      model: { $output: 'model', of: 'initialize' },
      head: { $output: 'head', of: 'head-signs' },
    });
  });
});
