import type { RunSummary } from '#contract/records';
import { parseRunSpecUnlessRetired, type RunSpec } from '#contract/specs/index';
import { safeName } from '#report/bundle/safe-name';
import type { ReportSources } from '../report-sources';
import { groupKernels, type KernelRun } from './group-kernels';
import { groupMaps, type MapRun } from './group-maps';
import type { ItemList } from './item-list';
import { isRandom } from './study-analyses';

/** As many runs as a figure or table can be of. */
const mostRuns = 200;

/** Kinds whose results are a table by itself. */
const measuring: readonly string[] = [
  'evaluate',
  'edit-add',
  'edit-merge',
  'edit-combine',
  'edit-negate',
  'edit-search',
  'kernel-predictor',
];

interface FinishedRun {
  readonly run: RunSummary;
  readonly spec: RunSpec;
}

/**
 * Adds what there is to show of runs beside analyses: a comparison if several have measured something, curves of
 * trainings, the results of each edit, images of datasets.
 *
 * @param runIds finished runs; others, and those whose kind shows nothing, add nothing
 */
export function addRuns(list: ItemList, runIds: readonly string[], sources: ReportSources): void {
  const runs = readRuns(runIds, sources);
  const trainings = runs
    .filter(({ run }) => hasLoss(run.id, sources))
    .map(({ run }) => run.id)
    .slice(0, mostRuns);
  const measured = runs.filter(({ run: { kind } }) => measuring.includes(kind));
  const compared = [...trainings, ...measured.map(({ run }) => run.id)].slice(0, mostRuns);
  if (compared.length > 1) list.addTable('comparison', { kind: 'comparison', runIds: compared });
  if (trainings.length > 0) {
    list.addFigure('loss', 'single', { kind: 'metric', runIds: trainings, metric: 'loss' });
  }
  for (const { run, spec } of measured) {
    const name = `${spec.kind}-${'mode' in spec.params ? `${spec.params.mode}-` : ''}${run.specHash.slice(0, 8)}`;
    list.addTable(name, { kind: 'run', runId: run.id });
    if (hasSweep(spec)) list.addFigure(`sweep-${name}`, 'double', { kind: 'sweep', runId: run.id });
  }
  for (const { run, spec } of runs) {
    if (spec.kind !== 'import-dataset') continue;
    const dataset = sources.catalog.artifacts.ofRun(run.id, 'output').find(({ kind }) => kind === 'dataset');
    if (dataset === undefined) continue;
    const name = `images-${safeName(dataset.label, 'dataset')}`;
    list.addFigure(name, 'double', { kind: 'images', datasetId: dataset.id });
  }
}

/** Adds maps and kernels, those of the same tasks and images side by side. */
export function addAnalyses(list: ItemList, runIds: readonly string[], sources: ReportSources): void {
  const { catalog } = sources;
  const maps: MapRun[] = [];
  const kernels: KernelRun[] = [];
  for (const { run, spec } of readRuns(runIds, sources)) {
    if (spec.kind === 'disentanglement') maps.push({ runId: run.id, spec });
    if (spec.kind === 'ntk') {
      const isDrawn = spec.inputs.taskVector === null && isRandom(spec.inputs.model, catalog);
      kernels.push({ runId: run.id, spec, isRandom: isDrawn });
    }
  }
  const nameOf = (runId: string, roles: readonly string[]): string => {
    const inputs = catalog.artifacts.ofRun(runId, 'input');
    const labels = roles.map((role) => inputs.find((input) => input.role === role)?.label ?? '');
    return safeName(labels.join(' '), 'tasks');
  };
  for (const group of groupMaps(maps, trainingFrom(sources))) {
    const [{ runId, spec }] = group;
    const name = nameOf(
      runId,
      spec.inputs.tasks.map((_, t) => `tasks.${t}.dataset`),
    );
    const width = group.length === 1 ? 'single' : 'double';
    list.addFigure(`${spec.params.cells.shape}-${name}`, width, {
      kind: 'disentanglement',
      runIds: group.map((map) => map.runId),
    });
    for (const map of group) {
      const { mode, cells } = map.spec.params;
      list.addTable(`${cells.shape}-${mode}-${name}`, { kind: 'run', runId: map.runId });
    }
  }
  for (const group of groupKernels(kernels)) {
    const name = nameOf(group[0].runId, ['task.dataset', 'control.dataset']);
    const trained = group.filter((kernel) => !kernel.isRandom);
    const random = group.find((kernel) => kernel.isRandom);
    const all = group.map(({ runId }) => runId);
    const shown = trained.length > 0 ? trained : group;
    for (const { runId } of shown) {
      const pair = random === undefined || random.runId === runId ? [runId] : [runId, random.runId];
      list.addFigure(`local-energy-${name}`, 'double', { kind: 'local-energy', runIds: pair });
      list.addFigure(`energy-ranks-${name}`, 'single', { kind: 'local-energy-ranks', runIds: pair });
    }
    // Behind the curves of ranks: two narrow figures stand side by side.
    list.addFigure(`spectrum-${name}`, 'single', { kind: 'spectrum', runIds: all });
    for (const { runId } of shown) {
      list.addFigure(`eigenfunctions-${name}`, 'double', { kind: 'eigenfunctions', runId });
    }
    for (const runId of all) list.addTable(`local-energy-${name}`, { kind: 'run', runId });
  }
}

function readRuns(runIds: readonly string[], { catalog }: ReportSources): FinishedRun[] {
  return runIds.flatMap((id) => {
    const run = catalog.runs.get(id);
    const spec = parseRunSpecUnlessRetired(catalog.runs.storedSpec(id));
    return run.state === 'finished' && spec !== null ? [{ run, spec }] : [];
  });
}

function hasLoss(runId: string, { catalog }: ReportSources): boolean {
  return catalog.events.metrics(runId).some(({ name }) => name === 'loss');
}

/** Whether α was chosen by trying several. */
function hasSweep(spec: RunSpec): boolean {
  if (spec.kind === 'edit-combine') return spec.params.gridPoints !== null;
  return spec.kind === 'edit-add' || spec.kind === 'edit-merge' || spec.kind === 'edit-negate';
}

/** Looks up what made a task vector. */
function trainingFrom({ catalog }: ReportSources): (taskVector: string) => RunSpec | null {
  return (id) => {
    const { madeBy } = catalog.artifacts.find(id);
    return madeBy === null ? null : parseRunSpecUnlessRetired(catalog.runs.storedSpec(madeBy));
  };
}
