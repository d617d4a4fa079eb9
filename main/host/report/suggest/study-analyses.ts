import type { Benchmark } from '#contract/benchmark';
import type { LibraryEntry } from '#contract/records';
import type { ReportSources } from '../report-sources';
import { imagesOf } from './group-kernels';

/**
 * Finds the analyses of what a study has trained: finished runs that map its task vectors, or that take the kernel of its
 * models; and beside such a kernel that of a network drawn at random, on the same images.
 *
 * @param runIds its runs
 * @param benchmark the study's, whose model may be from elsewhere; null for a graph of one's own
 * @returns ids of runs, in the order of submission
 */
export function findAnalyses(
  runIds: readonly string[],
  benchmark: Benchmark | null,
  { catalog }: ReportSources,
): string[] {
  const outputs = runIds.flatMap((runId) => catalog.artifacts.ofRun(runId, 'output'));
  const idsOf = (wanted: string) => outputs.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  const vectors = new Set(idsOf('task-vector'));
  const models = new Set(idsOf('model'));
  if (benchmark?.model.from === 'catalog' && benchmark.model.artifact !== null) {
    models.add(benchmark.model.artifact);
  }
  const entries = catalog.artifacts.list({
    kinds: ['disentanglement', 'ntk'],
    text: '',
    limit: Number.MAX_SAFE_INTEGER,
  });
  const belongs = ({ madeBy: { spec } }: LibraryEntry): boolean => {
    if (spec?.kind === 'disentanglement') {
      return spec.inputs.tasks.every(({ taskVector }) => vectors.has(taskVector));
    }
    if (spec?.kind !== 'ntk') return false;
    const { model, taskVector } = spec.inputs;
    return taskVector === null ? models.has(model) : vectors.has(taskVector);
  };
  const own = entries.filter(belongs);
  const images = new Set(
    own.flatMap(({ madeBy: { spec } }) => (spec?.kind === 'ntk' ? [imagesOf(spec)] : [])),
  );
  const isBeside = ({ madeBy: { spec } }: LibraryEntry): boolean =>
    spec?.kind === 'ntk' &&
    spec.inputs.taskVector === null &&
    images.has(imagesOf(spec)) &&
    isRandom(spec.inputs.model, catalog);
  const found = entries.filter((entry) => own.includes(entry) || isBeside(entry));
  return catalog.runs
    .inOrder(found.map(({ madeBy }) => madeBy.runId))
    .flatMap(({ id, state }) => (state === 'finished' ? [id] : []));
}

/** Whether a model was drawn at random, and not trained. */
export function isRandom(model: string, { artifacts, runs }: ReportSources['catalog']): boolean {
  const { madeBy } = artifacts.find(model);
  return madeBy !== null && runs.get(madeBy).kind === 'initialize-model';
}
