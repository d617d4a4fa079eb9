import { describe, expect, it } from 'vitest';
import type { BenchmarkTemplate } from '#contract/study-template';
import { findStudyTemplate } from '#host/study-templates';
import { applyChoices } from '#contract/benchmark-choices';
import { commandOf, findChoices, toStudyRequest } from '#renderer/wizards/study/study-request.ts';
import { readDefinition } from '#renderer/wizards/study/read-definition.ts';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import { hex } from '#test/support/hex';

const template = smallBenchmark();
const paper = findStudyTemplate('paper-8-vision') as BenchmarkTemplate;
const choose = (from: BenchmarkTemplate, changes: Partial<typeof unchosen>): BenchmarkTemplate => ({
  ...from,
  benchmark: applyChoices(from, { ...unchosen, ...changes }),
});

describe('findChoices', () => {
  it.each([
    ['nothing', template, {}],
    ['a preset', template, { preset: 'brief' }],
    ['seeds, a learning rate and an engine', template, { seeds: [0, 1], learningRate: 0.01, engine: 'cpu' }],
    [
      'all of it',
      paper,
      {
        preset: 'released-code',
        seeds: [0, 1, 2],
        model: hex('a', 1),
        datasets: { Cars: hex('b', 1), ImageNet: hex('b', 2) },
      },
    ],
  ] as const)('finds %s', (_, from, changes) => {
    const choices = { ...unchosen, ...(changes as Partial<typeof unchosen>) };
    expect(findChoices(choose(from, choices), from)).toEqual(choices);
  });

  it.each([
    ['fewer tasks', (own: BenchmarkTemplate) => ({ ...own.benchmark, tasks: own.benchmark.tasks.slice(1) })],
    [
      'another grid',
      (own: BenchmarkTemplate) => ({ ...own.benchmark, edits: { ...own.benchmark.edits, gridPoints: 9 } }),
    ],
    ['no control', (own: BenchmarkTemplate) => ({ ...own.benchmark, control: null })],
  ])('finds none for %s', (_, change) => {
    expect(findChoices({ ...template, benchmark: change(template) }, template)).toBeNull();
  });
});

describe('toStudyRequest', () => {
  it('asks for a template with choices where they say all of it', () => {
    const definition = choose(template, { preset: 'brief' });
    const request = toStudyRequest(definition, template);
    expect(request).toEqual({ template: 'small-benchmark', choices: { ...unchosen, preset: 'brief' } });
    expect(commandOf(request)).toBe('tangent study run small-benchmark --preset brief');
  });

  it('says in the title what else is different, unless somebody has named it', () => {
    const { benchmark } = template;
    const definition = {
      ...template,
      benchmark: { ...benchmark, tasks: benchmark.tasks.slice(1), methods: ['linear' as const], seeds: [9] },
    };
    const request = toStudyRequest(definition, template);
    expect(request).toMatchObject({
      definition: { title: 'Small benchmark, digits, linear only, seeds 9' },
    });
    expect(commandOf(request)).toBe('tangent study run study.json');
    expect(toStudyRequest({ ...definition, title: 'Mine' }, template)).toEqual({
      definition: { ...definition, title: 'Mine' },
    });
  });

  it('runs a graph of one’s own as it is', () => {
    const graph = {
      format: 'tangent-study/1' as const,
      name: 'mine',
      title: 'Mine',
      description: '',
      steps: [],
    };
    expect(toStudyRequest(graph, null)).toEqual({ definition: graph });
  });

  it('writes everything that was chosen into the command, and knows which seeds it cannot say', () => {
    const ask = (seeds: number[]) =>
      toStudyRequest(
        choose(paper, {
          seeds,
          learningRate: 0.0001,
          engine: 'wasm',
          model: hex('a', 1),
          datasets: { DTD: hex('b', 1) },
        }),
        paper,
      );
    expect(commandOf(ask([0, 1]))).toBe(
      'tangent study run paper-8-vision --seeds 2 --lr 0.0001 --engine wasm --model aaaaaaaaaaaa --dataset DTD=bbbbbbbbbbbb',
    );
    expect(commandOf(ask([3, 5]))).toBe('tangent study run study.json');
  });
});

describe('readDefinition', () => {
  const write = (value: unknown) => JSON.stringify(value, null, 2);
  it('reads a benchmark', () => {
    expect(readDefinition(write(template))).toEqual({ definition: template });
  });

  it('says on which line what is wrong', () => {
    const { benchmark } = template;
    const text = write({ ...template, benchmark: { ...benchmark, seeds: ['many'], methods: [] } });
    const lines = text.split('\n');
    const found = readDefinition(text);
    expect(found).toMatchObject({ problems: [{ path: 'benchmark.seeds.0' }, { path: 'benchmark.methods' }] });
    const { problems } = found as Exclude<typeof found, { definition: unknown }>;
    expect(problems.map(({ line }) => lines[line! - 1].trim())).toEqual(['"many"', '"methods": [],']);
  });

  it('points at what should hold a missing field', () => {
    const text = write({
      format: 'tangent-benchmark/1',
      name: 'x',
      title: 'X',
      description: '',
      presets: {},
    });
    expect(readDefinition(text)).toMatchObject({ problems: [{ line: 1, path: 'benchmark' }] });
  });

  it('says where a text is no JSON', () => {
    expect(readDefinition('{\n  "format": "tangent-study/1",\n  oops\n}')).toMatchObject({
      problems: [{ path: '', message: /^This is not JSON/ }],
    });
  });
});
