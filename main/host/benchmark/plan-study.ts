import type { Benchmark } from '#contract/benchmark';
import { AppError } from '#contract/errors';
import type { BenchmarkCheck, BenchmarkChoices, StudyGraph, StudyTemplate } from '#contract/study-template';
import { checkStepOrder } from '../resolve-step';
import { bindBenchmark, type BindingSources } from './bind-benchmark';
import { applyChoices } from './choose';
import { expandBenchmark } from './expand-benchmark';

/**
 * Says what a study needs and whether it is there; nothing is started.
 *
 * @param template the study
 * @param choices for a benchmark
 * @param sources see {@link BindingSources}
 * @throws {AppError} `invalid_input` for a choice that cannot be made
 */
export async function checkStudy(
  template: StudyTemplate,
  choices: BenchmarkChoices,
  sources: BindingSources,
): Promise<BenchmarkCheck> {
  if (template.format === 'tangent-study/1') {
    assertUnchosen(template, choices);
    return { needs: [], isReady: true };
  }
  return (await bindBenchmark(applyChoices(template, choices), sources)).check;
}

/** A graph of one's own is executed as it is written. */
function assertUnchosen({ name }: StudyGraph, { datasets, ...others }: BenchmarkChoices): void {
  const made = Object.entries(others).flatMap(([choice, value]) => (value === null ? [] : [choice]));
  if (Object.keys(datasets).length > 0) made.push('datasets');
  if (made.length === 0) return;
  throw new AppError(
    'invalid_input',
    `The study ${name} is a graph of runs and not a benchmark, so ${made.join(', ')} cannot be chosen for it; change its steps.`,
    { study: name, choices: made },
  );
}

/** What tells a study from others of its template. */
function describeChoices(
  { preset, learningRate, seeds, engine }: BenchmarkChoices,
  { model }: Benchmark,
): string[] {
  return [
    ...(model.from === 'catalog' && model.artifact !== null ? [`model ${model.artifact.slice(0, 8)}`] : []),
    ...(preset === null ? [] : [preset]),
    ...(learningRate === null ? [] : [`learning rate ${learningRate}`]),
    ...(seeds === null ? [] : [`seeds ${seeds.join(', ')}`]),
    ...(engine === null ? [] : [`${engine} engine`]),
  ];
}

/** Counts the runs that a study is made of as it comes. */
export function countSteps(template: StudyTemplate): number {
  if (template.format === 'tangent-study/1') return template.steps.length;
  // The number does not depend on which artifacts are taken.
  return expandBenchmark(template.benchmark, { model: null, tasks: new Map() }).length;
}

/**
 * Makes the graph of runs of a study: that of a benchmark follows from its choices and from the catalog.
 *
 * @param template the study
 * @param choices for a benchmark
 * @param sources see {@link BindingSources}
 * @throws {AppError} `study_not_ready` with all that is missing; `invalid_input` for a choice that cannot be made
 */
export async function planStudy(
  template: StudyTemplate,
  choices: BenchmarkChoices,
  sources: BindingSources,
): Promise<StudyGraph> {
  if (template.format === 'tangent-study/1') {
    assertUnchosen(template, choices);
    return template;
  }
  const { name, description } = template;
  const { benchmark, bindings, check } = await bindBenchmark(applyChoices(template, choices), sources);
  if (!check.isReady) {
    const open = check.needs.filter(({ advice }) => advice !== null);
    const lines = open.map(({ subject, detail, advice }) => `  ${subject}: ${detail}. ${advice ?? ''}`);
    throw new AppError(
      'study_not_ready',
      `The study ${name} cannot start; nothing was begun. What it lacks:\n${lines.join('\n')}`,
      { study: name, missing: open.map(({ subject }) => subject) },
    );
  }
  const graph: StudyGraph = {
    format: 'tangent-study/1',
    name,
    title: [template.title, ...describeChoices(choices, benchmark)].join(', '),
    description,
    steps: expandBenchmark(benchmark, bindings),
    benchmark,
  };
  checkStepOrder(graph);
  return graph;
}
