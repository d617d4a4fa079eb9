import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { storedDifference, TASK_VECTOR_FORMAT, writeTaskVector } from '#numerics/editing/task-vector';
import { openCheckpointFiles, type OpenCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { fromCheckpointNames } from '#numerics/models/checkpoint-names';
import { findLayout } from '#numerics/models/checkpoint/find-layout';
import type { NamedArray } from '#numerics/engine/tensor';
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
    const facts = { kind, model: spec.inputs.model, label: name };
    const seen = { change: false };
    const watched = watchTensors(tensors, (data) => (seen.change ||= data.some((value) => value !== 0)));
    const stored = await context.storeStream((write) => writeTaskVector(facts, watched, write));
    if (!seen.change) throw nothingChanged(path);
    context.announce(stored, { kind: 'task-vector', role: 'taskVector', label: `${name} (${kind})` });
  } finally {
    await files.close();
  }
}

/** A file of differences may have the names of either layout, whichever the model came in. */
function fromEitherNames(
  model: StoredModel,
  tensors: ReadonlyMap<string, NamedArray>,
): ReadonlyMap<string, NamedArray> {
  const { layout } = findLayout(tensors.keys(), 'the file of differences');
  const naming = layout === 'hugging-face' ? 'hugging-face' : 'open-clip';
  return fromCheckpointNames({ ...model, naming }, tensors);
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
    return { tensors: storedTensors(fromEitherNames(model, await readAll(tensors))), kind };
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

/** Calls back with the numbers of every tensor that is read. */
function watchTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  onRead: (data: Float32Array) => void,
): Map<string, StoredTensor> {
  const watch = ({ shape, read }: StoredTensor): StoredTensor => ({
    shape,
    read: async () => {
      const data = await read();
      onRead(data);
      return data;
    },
  });
  return new Map([...tensors].map(([name, tensor]) => [name, watch(tensor)]));
}

function nothingChanged(path: string): AppError {
  return new AppError('invalid_input', `${path} holds the model's own weights: its task vector is zero.`, {
    path,
  });
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
