import { AppError } from '#contract/errors';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import type { AdamWState } from './adam-w';

/**
 * Everything that training needs to continue bit for bit. The random state is the step itself: every
 * draw is a function of (seed, purpose, step).
 */
export interface TrainingState {
  /** θ by name. */
  readonly params: ReadonlyMap<string, NamedArray>;
  readonly optimizer: AdamWState;
}

const groups = ['params', 'firstMoments', 'secondMoments'] as const;

/**
 * Writes a training state as safetensors.
 *
 * @param state θ, moments and step
 * @returns the file's bytes
 */
export function encodeTrainingState(state: TrainingState): Uint8Array {
  const { params, optimizer } = state;
  const trees = { params, firstMoments: optimizer.firstMoments, secondMoments: optimizer.secondMoments };
  const tensors = new Map(
    groups.flatMap((group) => [...trees[group]].map(([name, array]) => [`${group}/${name}`, array] as const)),
  );
  return encodeSafetensors(tensors, { format: 'tangent-training-state/1', step: String(optimizer.step) });
}

/**
 * Reads a training state.
 *
 * @param bytes the file
 * @throws {AppError} `checkpoint_format` if it is not one
 */
export function decodeTrainingState(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = decodeSafetensors(bytes, 'the checkpoint');
  if (metadata.format !== 'tangent-training-state/1') {
    throw new AppError('checkpoint_format', 'The checkpoint is not a training state.');
  }
  const [params, firstMoments, secondMoments] = groups.map(
    (group) =>
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(`${group}/`))
          .map(([name, array]) => [name.slice(group.length + 1), array]),
      ),
  );
  return { params, optimizer: { step: Number(metadata.step), firstMoments, secondMoments } };
}
