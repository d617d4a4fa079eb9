import type { Preprocessing, TextArchitecture, VisionArchitecture } from '#contract/specs/common';
import type { ParameterNaming } from '../model-file';
import type { StoredTensor } from '../stored-tensor';
import type { Fact } from './facts';
import type { CheckpointLayout } from './find-layout';
import type { Checkpoint } from './open-checkpoint';

/** A tower whose parameters, by open_clip's names, are read when they are asked for. */
export interface StoredTower<A> {
  readonly architecture: A;
  readonly params: ReadonlyMap<string, StoredTensor>;
}

/** A text tower with the logarithm of the factor on cosine similarities (a scalar). */
export interface StoredTextTower extends StoredTower<TextArchitecture> {
  readonly logitScale: StoredTensor;
}

/** What is said of a checkpoint besides its files; null leaves it to them. */
export interface ModelChoices {
  /** Who says it: `your choice`, or the model that it must fit. */
  readonly source: string;
  readonly heads: number | null;
  readonly activation: VisionArchitecture['activation'] | null;
  readonly preprocessing: Preprocessing | null;
}

/** The files of a checkpoint, opened: the weights, and what may lie beside them. */
export interface CheckpointFiles {
  /** Path of the folder or file, for messages. */
  readonly label: string;
  readonly weights: Checkpoint;
  /** Names of folder and file, which often carry the name of the model. */
  readonly names: readonly string[];
  /** Hugging Face's config.json and preprocessor_config.json. */
  readonly config: string | null;
  readonly processor: string | null;
  /** open_clip's open_clip_config.json. */
  readonly openClipConfig: string | null;
}

/** A CLIP model in a file, its parameters brought to open_clip's names. */
export interface ClipCheckpoint {
  readonly layout: CheckpointLayout;
  readonly naming: ParameterNaming;
  readonly vision: StoredTower<VisionArchitecture>;
  /** Null if the file has no text transformer. */
  readonly text: StoredTextTower | null;
  /** θ of a linearised encoder whose θ0 is `vision`; null for other files. */
  readonly linearParams: ReadonlyMap<string, StoredTensor> | null;
  readonly preprocessing: Preprocessing;
  /** What was found out, and where. */
  readonly facts: readonly Fact[];
  /** What ought to make the user wary before computing with it. */
  readonly warnings: readonly string[];
  /** Names of tensors that belong to neither tower. */
  readonly leftOut: readonly string[];
}
