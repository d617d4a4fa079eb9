import { describe, expect, it } from 'vitest';
import type { Benchmark } from '#contract/benchmark';
import { findStudyTemplate, parseStudyTemplate, studyTemplates } from '#host/study-templates';
import { smallBenchmark } from '#test/support/benchmarks';
import { renderSpec } from '#test/support/specs';

describe('the study templates that come with the program', () => {
  it('include the quickstart and the suites of the paper, under unique names', () => {
    const names = studyTemplates.map(({ name }) => name);
    expect(names).toEqual(['quickstart', 'starter-8', 'paper-8-vision', '14-vision', '20-vision']);
  });
});

describe('parseStudyTemplate', () => {
  const template = {
    format: 'tangent-study/1',
    name: 'mine',
    title: 'Mine',
    description: '',
    steps: [{ id: 'render', title: 'Draw', spec: renderSpec() }],
  };

  const withBenchmark = (changes: Partial<Benchmark>) => {
    const benchmark = smallBenchmark();
    return { ...benchmark, benchmark: { ...benchmark.benchmark, ...changes } };
  };

  it('returns a valid template', () => {
    expect(parseStudyTemplate(template)).toEqual(template);
    const benchmark = smallBenchmark();
    expect(parseStudyTemplate(benchmark)).toEqual(benchmark);
  });

  it.each([
    ['without steps', { ...template, steps: [] }],
    ['of another format', { ...template, format: 'tangent-study/2' }],
    ['with a property it does not know', { ...template, setps: [] }],
    [
      'with an unknown kind of run',
      { ...template, steps: [{ ...template.steps[0], spec: { kind: 'bake' } }] },
    ],
    ['of a benchmark without tasks', withBenchmark({ tasks: [] })],
    ['of a benchmark with a seed twice', withBenchmark({ seeds: [1, 1] })],
    ['of a benchmark with a method twice', withBenchmark({ methods: ['linear', 'linear'] })],
    [
      'of a benchmark whose control is one of its tasks',
      withBenchmark({ control: { ...smallBenchmark().benchmark.tasks[0], name: 'SIGNS' } }),
    ],
    ['with two steps of one id', { ...template, steps: [template.steps[0], template.steps[0]] }],
  ])('refuses a template %s', (_, input) => {
    expect(() => parseStudyTemplate(input)).toThrow(expect.objectContaining({ code: 'invalid_spec' }));
  });
});

describe('findStudyTemplate', () => {
  it('says which template is unknown', () => {
    expect(findStudyTemplate('quickstart').name).toBe('quickstart');
    expect(() => findStudyTemplate('slowstart')).toThrow(
      expect.objectContaining({ code: 'unknown_study', data: { template: 'slowstart' } }),
    );
  });
});
