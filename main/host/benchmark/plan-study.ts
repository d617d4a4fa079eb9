import type { Benchmark } from '#contract/benchmark';
import { applyChoices } from '#contract/benchmark-choices';
import { AppError } from '#contract/errors';
import type { StudyPlan } from '#contract/records';
import type {
  BenchmarkCheck,
  BenchmarkChoices,
  StudyGraph,
  StudyStep,
  StudyTemplate,
} from '#contract/study-template';
import { checkStepOrder } from '../resolve-step';
import { bindBenchmark, type BindingSources } from './bind-benchmark';
import { expandBenchmark } from './expand-benchmark';

/** Where {@link checkStudy} looks. */
interface CheckSources extends BindingSources {
  readonly studies: { foresee(steps: readonly StudyStep[]): Promise<StudyPlan> };
}

/**
 * Says what a study needs, whether it is there, and which of its runs are still to be done; nothing is started.
 *
 * @param template the study
 * @param choices for a benchmark
 * @param sources see {@link CheckSources}
 * @throws {AppError} `invalid_input` for a choice that cannot be made
 */
export async function checkStudy(
  template: StudyTemplate,
  choices: BenchmarkChoices,
  sources: CheckSources,
): Promise<BenchmarkCheck> {
  if (template.format === 'tangent-study/1') {
    assertUnchosen(template, choices);
    return { needs: [], isReady: true, plan: await sources.studies.foresee(template.steps) };
  }
  const { benchmark, bindings, needs, isReady } = await bindBenchmark(
    applyChoices(template, choices),
    sources,
  );
  return { needs, isReady, plan: await sources.studies.foresee(expandBenchmark(benchmark, bindings)) };
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
  const bound = await bindBenchmark(applyChoices(template, choices), sources);
  const { benchmark, bindings } = bound;
  if (!bound.isReady) {
    const open = bound.needs.filter(({ advice }) => advice !== null);
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
