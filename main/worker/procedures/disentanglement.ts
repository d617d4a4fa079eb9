import type { DisentanglementCell, DisentanglementResult } from '#contract/disentanglement';
import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import {
  countDisagreements,
  disentanglementBand,
  disentanglementError,
} from '#numerics/editing/disentanglement';
import type { RunContext } from '../run-context';
import { listCells, type Cell } from './disentanglement-cells';
import { openPredictions, type PredictEdit } from './edit-predictions';
import { loadEdit, type EditInputs } from './load-edit';

type Spec = RunSpecOf<'disentanglement'>;

/** Measures the disentanglement error ξ of task vectors, from a coarse picture to a fine one. */
export async function disentanglement(spec: Spec, context: RunContext): Promise<void> {
  const inputs = await loadEdit(spec, context);
  assertTasksDiffer(inputs);
  warnOfZeroVectors(inputs, context);
  const { mode, split, cells: shape } = spec.params;
  const order = listCells(shape, inputs.tasks.length);
  const { predict: compute, labels } = await openPredictions(spec, inputs, context);
  const predict = remember(compute);
  const counts = labels.map(({ length }) => length);
  const meter = context.meter('measuring disentanglement', { total: order.length, unit: 'cells' });
  const cells = new Array<DisentanglementCell>(order.length);
  for (const [done, cell] of order.entries()) {
    cells[cell.index] = await measure(cell, inputs.tasks.length, predict, counts);
    context.metric('disentanglementError', cell.index, cells[cell.index].error);
    meter.update(done + 1);
    await context.breathe();
  }
  const result: DisentanglementResult = {
    format: 'tangent-disentanglement/1',
    mode,
    split,
    shape,
    tasks: inputs.tasks.map(({ manifest, datasetId }, t) => ({
      task: manifest.name,
      dataset: datasetId,
      count: counts[t],
    })),
    cells,
  };
  const names = inputs.tasks.map(({ manifest }) => manifest.name).join(', ');
  await context.outputJson(result, {
    kind: 'disentanglement',
    role: 'disentanglement',
    label: `disentanglement error of ${names} (${mode})`,
  });
}

/** Keeps what was predicted: the models of single tasks are compared with many others. */
function remember(compute: PredictEdit): PredictEdit {
  const known = new Map<string, Promise<Int32Array>>();
  return (task, scalingCoefs) => {
    const key = `${task}/${scalingCoefs.join()}`;
    const predictions = known.get(key) ?? compute(task, scalingCoefs);
    known.set(key, predictions);
    return predictions;
  };
}

/** ξ = Σ_t over the cell's tasks of the rate at which f(x; α_t τ_t) and f(x; Σ_s α_s τ_s) disagree on t's images. */
async function measure(
  cell: Cell,
  taskCount: number,
  predict: PredictEdit,
  counts: readonly number[],
): Promise<DisentanglementCell> {
  const together = new Array<number>(taskCount).fill(0);
  cell.tasks.forEach((t, i) => (together[t] = cell.scalingCoefs[i]));
  const terms: { disagreements: number; count: number }[] = [];
  for (const t of cell.tasks) {
    const alone = together.map((alpha, s) => (s === t ? alpha : 0));
    const disagreements = countDisagreements(await predict(t, alone), await predict(t, together));
    terms.push({ disagreements, count: counts[t] });
  }
  return {
    tasks: [...cell.tasks],
    scalingCoefs: [...cell.scalingCoefs],
    disagreements: terms.map(({ disagreements }) => disagreements),
    error: disentanglementError(terms),
    band: [...disentanglementBand(terms)],
  };
}

function assertTasksDiffer({ tasks }: EditInputs): void {
  const twice = tasks.find((task, t) => tasks.findIndex((other) => other.datasetId === task.datasetId) < t);
  if (twice === undefined) return;
  throw new AppError(
    'invalid_input',
    `Two of the task vectors are of ${twice.manifest.name}. Disentanglement is between different tasks: give one vector for each.`,
    { dataset: twice.datasetId },
  );
}

function warnOfZeroVectors({ tasks, vectors }: EditInputs, context: RunContext): void {
  for (const [t, { tensors }] of vectors.entries()) {
    if ([...tensors.values()].some(({ data }) => data.some((value) => value !== 0))) continue;
    context.warn(
      `the task vector of ${tasks[t].manifest.name} is zero, so it neither changes nor disturbs anything`,
    );
  }
}
