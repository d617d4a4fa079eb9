import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import {
  addTasks,
  sumTaskVectors,
  TASK_VECTOR_FORMAT,
  type NamedArrays,
  type TaskVector,
} from '#numerics/editing/task-vector';
import { toCheckpointNames } from '#numerics/models/checkpoint-names';
import { tensorFile, type ExportedFile } from '#numerics/models/export/exported-file';
import { huggingFaceFolder, type ExportedText } from '#numerics/models/export/hugging-face-folder';
import { linearizedFolder } from '#numerics/models/export/linearized-folder';
import { openClipFolder } from '#numerics/models/export/open-clip-folder';
import type { StoredModel } from '#numerics/models/model-file';
import { decodeTextEncoder } from '#numerics/models/text-encoder-file';
import type { RunContext } from '../run-context';
import { loadModel, loadTaskVector } from './load-inputs';

type Spec = RunSpecOf<'export-model'>;

/** Writes a model, edited or linearised, or its task vectors as files for other programs. */
export async function exportModel(spec: Spec, context: RunContext): Promise<void> {
  const model = await loadModel(context, spec.inputs.model);
  const vectors: TaskVector[] = [];
  for (const id of spec.inputs.taskVectors)
    vectors.push(await loadTaskVector(context, id, spec.inputs.model));
  const written = [];
  for (const file of await makeFiles(spec, model, vectors, context)) {
    written.push({ name: file.name, stored: await context.storeStream(file.write) });
    await context.breathe();
  }
  for (const { name, stored } of written) {
    context.announce(stored, { kind: 'exported-file', role: name, label: name });
  }
}

async function makeFiles(
  spec: Spec,
  model: StoredModel,
  vectors: readonly TaskVector[],
  context: RunContext,
): Promise<ExportedFile[]> {
  const { format, scalingCoefs } = spec.params;
  const terms = vectors.map(({ tensors }, t) => ({ scalingCoef: scalingCoefs[t], tensors }));
  const vectorFacts = {
    format: TASK_VECTOR_FORMAT,
    kind: vectors.every(({ kind }) => kind === 'linear') ? 'linear' : 'standard',
    model: spec.inputs.model,
    label: vectors.map(({ label }, t) => `${scalingCoefs[t]} ${label}`).join(' + '),
  };
  const needVectors = (): NamedArrays => {
    if (terms.length > 0) return sumTaskVectors(terms);
    throw new AppError('invalid_input', `The format ${format} needs at least one task vector.`, { format });
  };
  const edited = (): StoredModel => {
    warnAboutLinear(vectors, context);
    return terms.length === 0 ? model : { ...model, params: addTasks(model.params, terms) };
  };
  switch (format) {
    case 'hugging-face':
      return huggingFaceFolder(edited(), await loadText(spec, model, context));
    case 'open-clip':
      return openClipFolder(edited(), await loadText(spec, model, context));
    case 'linearized':
      return linearizedFolder(model, needVectors(), vectorFacts);
    case 'task-vector':
      return [tensorFile('task_vector.safetensors', toCheckpointNames(model, needVectors()), vectorFacts)];
  }
}

async function loadText(
  { inputs: { textEncoder, tokenizer } }: Spec,
  model: StoredModel,
  context: RunContext,
): Promise<ExportedText | null> {
  if (textEncoder === null) return null;
  const encoder = decodeTextEncoder(await context.artifacts.read(textEncoder), 'the text encoder');
  if (encoder.architecture.featureSize !== model.architecture.featureSize) {
    throw new AppError(
      'params_mismatch',
      `The text encoder makes ${encoder.architecture.featureSize} features, the model ${model.architecture.featureSize}.`,
      { parameter: 'text_projection' },
    );
  }
  if (encoder.origin !== model.origin) {
    context.warn('the text encoder was read from another checkpoint than the model');
  }
  return {
    encoder,
    tokenizer: tokenizer === null ? null : (await context.artifacts.read(tokenizer)).toString(),
  };
}

function warnAboutLinear(vectors: readonly TaskVector[], context: RunContext): void {
  const linear = vectors.find(({ kind }) => kind === 'linear');
  if (linear === undefined) return;
  context.warn(
    `${linear.label} was trained in the tangent space: θ0 + ατ in the network itself is not the model that was trained; the format "linearized" is`,
  );
}
