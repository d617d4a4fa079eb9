import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { storedDifference, TASK_VECTOR_FORMAT, writeTaskVector } from '#numerics/editing/task-vector';
import { openCheckpointFiles, type OpenCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { fromCheckpointNames } from '#numerics/models/checkpoint-names';
import type { StoredModel } from '#numerics/models/model-file';
import { readAll, storedTensors, type StoredTensor } from '#numerics/models/stored-tensor';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { loadModel } from './load-inputs';
import { meterTensors } from './meter-tensors';

type Spec = RunSpecOf<'import-task-vector'>;

/** τ, and how it was made as far as the file says. */
interface FoundVector {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly kind: 'standard' | 'linear' | null;
}

/** Reads what was fine-tuned elsewhere from a model of the catalog, as a task vector. */
export async function importTaskVector(spec: Spec, context: RunContext): Promise<void> {
  const { path, fingerprint, name, mode } = spec.params;
  await assertUnchanged(path, fingerprint, context);
  const model = await loadModel(context, spec.inputs.model);
  const files = await openCheckpointFiles(path);
  try {
    const found = await readVector(spec, files, model, context);
    if (mode !== null && found.kind !== null && mode !== found.kind) {
      context.warn(`you say that it was trained in ${mode} mode, but the file is of ${found.kind} mode`);
    }
    const kind = mode ?? found.kind ?? 'standard';
    const [tensors] = meterTensors('reading weights', [found.tensors], context);
    await context.outputStream(
      { kind: 'task-vector', role: 'taskVector', label: `${name} (${kind})` },
      (write) => writeTaskVector({ kind, model: spec.inputs.model, label: name }, tensors, write),
    );
  } finally {
    await files.close();
  }
}

async function readVector(
  { params, inputs }: Spec,
  files: OpenCheckpointFiles,
  model: StoredModel,
  context: RunContext,
): Promise<FoundVector> {
  const { metadata, tensors } = files.weights;
  const isDifference = metadata.format === TASK_VECTOR_FORMAT;
  if ((params.content ?? (isDifference ? 'difference' : 'weights')) === 'difference') {
    if (isDifference && metadata.model !== inputs.model) {
      context.warn(
        `the file says that its vector starts from model ${metadata.model.slice(0, 12)}, not from ${inputs.model.slice(0, 12)}`,
      );
    }
    const kind = metadata.kind === 'standard' || metadata.kind === 'linear' ? metadata.kind : null;
    return { tensors: storedTensors(fromCheckpointNames(model, await readAll(tensors))), kind };
  }
  const { heads, activation } = model.architecture;
  const { preprocessing } = model;
  const clip = readClipCheckpoint(files, { source: 'the model', heads, activation, preprocessing });
  for (const warning of clip.warnings) context.warn(warning);
  const params0 = storedTensors(model.params);
  if (clip.linearParams === null)
    return { tensors: storedDifference(params0, clip.vision.params), kind: null };
  await requireSameOrigin(params0, clip.vision.params, params.path);
  return { tensors: storedDifference(params0, clip.linearParams), kind: 'linear' };
}

/** A linearised encoder is expanded around weights of its own; they must be the model's. */
async function requireSameOrigin(
  params0: ReadonlyMap<string, StoredTensor>,
  theirs: ReadonlyMap<string, StoredTensor>,
  path: string,
): Promise<void> {
  for (const [name, difference] of storedDifference(params0, theirs)) {
    const data = await difference.read();
    const largest = data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (largest === 0) continue;
    throw new AppError(
      'params_mismatch',
      `${path} is linearised around other weights than the model's: ${name} differs by up to ${largest.toPrecision(3)}. Import it as a model of its own, which makes its task vector as well.`,
      { parameter: name },
    );
  }
}
