import { AppError } from '#contract/errors';
import type { SplitName } from '#contract/specs/common';
import { parseDatasetManifest, type DatasetManifest } from '#numerics/data/dataset-manifest';
import { loadSplit, type DatasetSplit } from '#numerics/data/dataset-split';
import { decodeTaskVector, type TaskVector } from '#numerics/editing/task-vector';
import { decodeHead, type StoredHead } from '#numerics/models/head-file';
import { decodeModel, type StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';

/** A task: its dataset and the head that classifies it. */
export interface Task {
  readonly datasetId: string;
  readonly manifest: DatasetManifest;
  readonly head: StoredHead;
}

/** @throws {AppError} `artifact_damaged`, or what `decodeModel` finds wrong */
export async function loadModel(context: RunContext, id: string): Promise<StoredModel> {
  return decodeModel(await context.artifacts.read(id), `model ${id.slice(0, 12)}`);
}

/** @throws {AppError} `artifact_damaged`, or what `parseDatasetManifest` finds wrong */
export async function loadManifest(context: RunContext, id: string): Promise<DatasetManifest> {
  return parseDatasetManifest((await context.artifacts.read(id)).toString());
}

/**
 * Loads a dataset with its head and checks that they belong together and to the model.
 *
 * @param featureSize F of the model
 * @throws {AppError} `class_mismatch` if the head's classes are not the dataset's, in order;
 *   `params_mismatch` if the head does not take the model's features
 */
export async function loadTask(
  context: RunContext,
  ids: { readonly dataset: string; readonly head: string },
  featureSize: number,
): Promise<Task> {
  const manifest = await loadManifest(context, ids.dataset);
  const head = decodeHead(await context.artifacts.read(ids.head), `head ${ids.head.slice(0, 12)}`);
  const stray = manifest.classes.findIndex((name, c) => head.classNames[c] !== name);
  if (stray >= 0 || head.classNames.length !== manifest.classes.length) {
    throw new AppError(
      'class_mismatch',
      `The head does not have the classes of ${manifest.name}, in their order (first difference: class ${Math.max(0, stray)}).`,
      { dataset: manifest.name, head: ids.head, classes: manifest.classes, headClasses: head.classNames },
    );
  }
  if (head.featureSize !== featureSize) {
    throw new AppError(
      'params_mismatch',
      `The head of ${manifest.name} takes ${head.featureSize} features; the model makes ${featureSize}.`,
      { parameter: 'head', expected: featureSize, actual: head.featureSize },
    );
  }
  return { datasetId: ids.dataset, manifest, head };
}

/**
 * Loads a task vector and checks that it belongs to the model.
 *
 * @throws {AppError} `params_mismatch` if its θ0 is another model
 */
export async function loadTaskVector(context: RunContext, id: string, modelId: string): Promise<TaskVector> {
  const vector = decodeTaskVector(await context.artifacts.read(id), `task vector ${id.slice(0, 12)}`);
  if (vector.model === modelId) return vector;
  throw new AppError(
    'params_mismatch',
    `The task vector ${vector.label} starts from model ${vector.model.slice(0, 12)}, not from ${modelId.slice(0, 12)}.`,
    { taskVector: id, model: modelId, expected: vector.model },
  );
}

/** Decodes one split of a dataset for a model, from its pack in the store. */
export async function loadImages(
  context: RunContext,
  manifest: DatasetManifest,
  split: SplitName,
  model: Pick<StoredModel, 'architecture' | 'preprocessing'>,
): Promise<DatasetSplit> {
  const { packArtifact, samples } = manifest.splits[split];
  const meter = context.meter(`decoding ${manifest.name} ${split}`, {
    total: samples.length,
    unit: 'images',
  });
  const pack = packArtifact === null ? null : await context.artifacts.openFile(packArtifact);
  try {
    return await loadSplit({
      manifest,
      split,
      imageSize: model.architecture.imageSize,
      preprocessing: model.preprocessing,
      readPack: async (offset, length) => {
        const bytes = new Uint8Array(length);
        const read = await pack?.read(bytes, 0, length, offset);
        if (read?.bytesRead === length) return bytes;
        throw new AppError(
          'artifact_damaged',
          `The image pack of ${manifest.name} ${split} is shorter than its index.`,
          {
            artifactId: packArtifact,
          },
        );
      },
      onProgress: (done) => meter.update(done),
    });
  } finally {
    await pack?.close();
  }
}
