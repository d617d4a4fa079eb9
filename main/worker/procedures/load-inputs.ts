import { AppError } from '#contract/errors';
import type { Augmentation, SplitName, VisionArchitecture } from '#contract/specs/common';
import { parseDatasetManifest, type DatasetManifest } from '#numerics/data/dataset-manifest';
import { loadSplit, type DatasetSplit } from '#numerics/data/dataset-split';
import type { ImageSample } from '#numerics/data/sample-images';
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

/**
 * Loads a model, and repeats what had to be assumed about it when it was imported.
 *
 * @throws {AppError} `artifact_damaged`, or what `decodeModel` finds wrong
 */
export async function loadModel(context: RunContext, id: string): Promise<StoredModel> {
  const model = decodeModel(await context.artifacts.read(id), `model ${id.slice(0, 12)}`);
  for (const doubt of model.doubts) context.warn(`${model.name}: ${doubt}`);
  return model;
}

/** @throws {AppError} `artifact_damaged`, or what `parseDatasetManifest` finds wrong */
export async function loadManifest(context: RunContext, id: string): Promise<DatasetManifest> {
  return parseDatasetManifest((await context.artifacts.read(id)).toString());
}

/**
 * Loads a dataset with its head and checks that they belong together and to the model. A head that was
 * made with the text tower of another checkpoint is only warned of: it may be meant.
 *
 * @param model whose features the head takes
 * @throws {AppError} `class_mismatch` if the head's classes are not the dataset's, in order;
 *   `params_mismatch` if the head does not take the model's features
 */
export async function loadTask(
  context: RunContext,
  ids: { readonly dataset: string; readonly head: string },
  model: { readonly architecture: Pick<VisionArchitecture, 'featureSize'>; readonly origin: string | null },
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
  const { featureSize } = model.architecture;
  if (head.featureSize !== featureSize) {
    throw new AppError(
      'params_mismatch',
      `The head of ${manifest.name} takes ${head.featureSize} features; the model makes ${featureSize}.`,
      { parameter: 'head', expected: featureSize, actual: head.featureSize },
    );
  }
  if (head.origin !== null && model.origin !== null && head.origin !== model.origin) {
    context.warn(
      `the head of ${manifest.name} was made with the text tower of another checkpoint than the model`,
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

/** Most that the decoded images of one split may take when they are held in memory. */
const HELD_BYTES = 2 ** 30;
/** What part of the memory that is left they may take. */
const HELD_SHARE = 1 / 4;

/**
 * Opens one split of a dataset for a model, from its pack in the store.
 *
 * @param choices which images, and how they are cut
 * @param choices.augmentation how training will cut the images; images cut at the center are decoded now and
 *   held in memory if that takes little of it
 * @param choices.sample a draw of the images; all of them unless told
 */
export async function loadImages(
  context: RunContext,
  manifest: DatasetManifest,
  split: SplitName,
  model: Pick<StoredModel, 'architecture' | 'preprocessing'>,
  {
    augmentation = 'none',
    sample = null,
  }: { readonly augmentation?: Augmentation; readonly sample?: ImageSample | null } = {},
): Promise<DatasetSplit> {
  const total = manifest.splits[split].samples.length;
  const meter = context.meter(`decoding ${manifest.name} ${split}`, {
    total: Math.min(total, sample?.count ?? total),
    unit: 'images',
  });
  const mayHold = augmentation === 'none';
  const images = await loadSplit({
    manifest,
    split,
    sample,
    imageSize: model.architecture.imageSize,
    preprocessing: model.preprocessing,
    pathOf: (id) => context.artifacts.pathOf(id),
    pool: context.decodePool,
    holdBytes: mayHold ? Math.min(HELD_BYTES, context.availableBytes() * HELD_SHARE) : 0,
    onProgress: (done) => meter.update(done),
  });
  if (!images.isHeld && mayHold) {
    context.log(`${manifest.name} ${split} is decoded batch by batch: it takes too much memory to be held`);
  }
  return images;
}
