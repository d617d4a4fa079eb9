import type { RunSpecOf } from './specs/index';
import type { KnownDataset } from './known-dataset';

/** A file or folder that is to be read; null where it is still to be chosen, as in a draft. */
interface Source<T extends string | null> {
  readonly path: T;
  readonly fingerprint: T;
  readonly name: T;
}

/** Nothing chosen yet. */
export const noSource: Source<null> = { path: null, fingerprint: null, name: null };

type Params<K extends 'import-model' | 'import-dataset' | 'import-task-vector'> = RunSpecOf<K>['params'];

/** What a person says of a checkpoint that its files do not say, or say wrongly. */
export type ModelChoices = Partial<Pick<Params<'import-model'>, 'heads' | 'activation' | 'preprocessing'>>;

/** Makes the specification that imports a checkpoint: what nobody says is read from the files. */
export function importModelSpec<T extends string | null>(source: Source<T>, choices: ModelChoices = {}) {
  return {
    kind: 'import-model' as const,
    specVersion: 3 as const,
    params: { ...source, heads: null, activation: null, preprocessing: null, ...choices },
    inputs: {},
    seed: 0,
  };
}

/** What a person says of a dataset. */
export type DatasetChoices = Partial<Omit<Params<'import-dataset'>, 'path' | 'fingerprint' | 'name'>>;

/**
 * Makes the specification that imports a dataset: where nobody says otherwise the format is recognized, a tenth
 * of `train` but at most 5,000 images become `val`, and what cannot be read is left out and reported.
 */
export function importDatasetSpec<T extends string | null>(
  source: Source<T>,
  choices: DatasetChoices = {},
  seed = 0,
) {
  return {
    kind: 'import-dataset' as const,
    specVersion: 2 as const,
    params: {
      ...source,
      format: null,
      parts: null,
      valFraction: 0.1,
      valCap: 5000,
      valList: null,
      onUnreadable: 'skip' as const,
      known: null,
      ...choices,
    },
    inputs: {},
    seed,
  };
}

/** Says what is expected of a dataset that is a published one, as the specification of its import carries it. */
export function expectationOf({
  name,
  classCount,
  counts,
  parts,
}: KnownDataset): NonNullable<Params<'import-dataset'>['known']> {
  return { name, classCount, counts, parts };
}

/** What a person says of a task vector. */
export type TaskVectorChoices = Partial<Pick<Params<'import-task-vector'>, 'content' | 'mode'>>;

/** Makes the specification that imports a task vector: the file says how it was made, unless somebody does. */
export function importTaskVectorSpec<T extends string | null>(
  source: Source<T>,
  model: T,
  choices: TaskVectorChoices = {},
) {
  return {
    kind: 'import-task-vector' as const,
    specVersion: 1 as const,
    params: { ...source, content: null, mode: null, ...choices },
    inputs: { model },
    seed: 0,
  };
}

/** Makes the specification that imports a head for the classes of a dataset. */
export function importHeadSpec<T extends string | null>(
  { path, fingerprint }: Pick<Source<T>, 'path' | 'fingerprint'>,
  dataset: T,
) {
  return {
    kind: 'import-head' as const,
    specVersion: 1 as const,
    params: { file: path, fingerprint },
    inputs: { dataset },
    seed: 0,
  };
}

/** Makes the specification of a zero-shot head. */
export function zeroShotHeadSpec<T extends string | null, P extends string[] | null>(
  inputs: { readonly dataset: T; readonly textEncoder: T; readonly tokenizer: T },
  prompts: { readonly templates: P; readonly promptNames: P },
  engine: RunSpecOf<'zero-shot-head'>['params']['engine'] = 'auto',
) {
  return {
    kind: 'zero-shot-head' as const,
    specVersion: 1 as const,
    params: { ...prompts, engine },
    inputs,
    seed: 0,
  };
}

/** Makes the specification of a head of random class embeddings, of length 20 as the command's. */
export function classHeadSpec<T extends string | null, N extends number | null>(
  dataset: T,
  featureSize: N,
  { logitScale = 20, seed = 0 }: { readonly logitScale?: number; readonly seed?: number } = {},
) {
  return {
    kind: 'class-head' as const,
    specVersion: 1 as const,
    params: { featureSize, logitScale },
    inputs: { dataset },
    seed,
  };
}

/** Makes the specification that draws a random θ0 of a model's sizes. */
export function randomModelSpec<T extends string | null>(model: T, name: T, seed = 0) {
  return {
    kind: 'initialize-model' as const,
    specVersion: 1 as const,
    params: { name },
    inputs: { model },
    seed,
  };
}

/** Names a random θ0 after the model whose sizes it has. */
export function randomModelName(label: string, seed: number): string {
  return `${label}, random (seed ${seed})`;
}

/**
 * Names what is imported after its file or folder.
 *
 * @param path absolute, of any system
 * @param hasNoEnding whether what follows a dot belongs to the name: of folders, and of datasets
 */
export function nameOfSource(path: string, hasNoEnding: boolean): string {
  const last = path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
  return hasNoEnding ? last : last.replace(/(?<=.)\.[^.]*$/, '');
}

/** What a source can be read as by {@link RunSpecOf} `inspect`. */
export type InspectedSubject = RunSpecOf<'inspect'>['params']['subject'];

/** Files that hold weights, not images. */
const weightFiles = /\.(safetensors|bin|pt|pth|ckpt)$/;
/** CIFAR's batches end like PyTorch's weights. */
const imageBatches = /(^|[\\/])(data_batch_\d|test_batch|train|test)\.bin$/;

/**
 * Guesses whether somebody means a model or a dataset.
 *
 * @param names of the files in a folder, or of the one file
 */
export function guessSubject(names: readonly string[]): InspectedSubject {
  return names.some((name) => weightFiles.test(name) && !imageBatches.test(name)) ? 'model' : 'dataset';
}

/** Makes the specification that says how a source would be read. */
export function inspectSpec(
  { path, fingerprint }: { readonly path: string; readonly fingerprint: string },
  subject: InspectedSubject,
): RunSpecOf<'inspect'> {
  return { kind: 'inspect', specVersion: 1, params: { path, fingerprint, subject }, inputs: {}, seed: 0 };
}
