import { z } from 'zod';
import { AppError } from '#contract/errors';
import { artifactIdSchema, splitNameSchema } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import type { FeatureResponses } from './feature-responses';

/** Responses with where they are from. */
export interface StoredResponses extends FeatureResponses {
  /** F. */
  readonly featureSize: number;
  /** Artifact ids of θ0 and of the dataset. */
  readonly model: string;
  readonly dataset: string;
  readonly split: z.infer<typeof splitNameSchema>;
  /** Artifact ids of the task vectors, in the order of the tangents. */
  readonly taskVectors: readonly string[];
  /** N class indices. */
  readonly labels: Int32Array;
}

const FORMAT = 'tangent-responses/1';
const metadataSchema = z.object({
  format: z.literal(FORMAT),
  model: artifactIdSchema,
  dataset: artifactIdSchema,
  split: splitNameSchema,
  taskVectors: z.string().transform((text) => text.split(',').filter((id) => id !== '')),
});

/**
 * Writes a `responses` artifact: float32 features as the engine gave them, so that everything which is computed
 * from the file is what the network would have given.
 */
export function encodeResponses(responses: StoredResponses): Uint8Array {
  const { count, featureSize, base, tangents, labels } = responses;
  const shape = [count, featureSize];
  const tensors = new Map<string, NamedArray>([
    ['labels', { shape: [count], data: Float32Array.from(labels) }],
    ['base', { shape, data: base }],
    ...tangents.map((data, t): [string, NamedArray] => [`tangent.${t}`, { shape, data }]),
  ]);
  const { model, dataset, split } = responses;
  return encodeSafetensors(tensors, {
    format: FORMAT,
    model,
    dataset,
    split,
    taskVectors: responses.taskVectors.join(),
  });
}

/**
 * Reads a `responses` artifact.
 *
 * @param bytes the file
 * @param label what to call it in messages
 * @throws {AppError} `checkpoint_format` if it is not one, or a part of it is missing
 */
export function decodeResponses(bytes: Uint8Array, label: string): StoredResponses {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const parsed = metadataSchema.safeParse(metadata);
  const wrong = (what: string) =>
    new AppError('checkpoint_format', `${label} ${what}.`, {
      file: label,
    });
  if (!parsed.success) throw wrong('does not say whose responses it holds');
  const base = tensors.get('base');
  const labels = tensors.get('labels');
  if (base?.shape.length !== 2 || labels === undefined) throw wrong('holds no features or no labels');
  const [count, featureSize] = base.shape;
  const tangents = parsed.data.taskVectors.map((_, t) => {
    const tangent = tensors.get(`tangent.${t}`);
    if (tangent?.shape.join() !== base.shape.join()) throw wrong(`lacks the tangents of task vector ${t}`);
    return tangent.data;
  });
  if (labels.data.length !== count) throw wrong('has not one label for each image');
  const { model, dataset, split, taskVectors } = parsed.data;
  return {
    count,
    featureSize,
    base: base.data,
    tangents,
    model,
    dataset,
    split,
    taskVectors,
    labels: Int32Array.from(labels.data),
  };
}
