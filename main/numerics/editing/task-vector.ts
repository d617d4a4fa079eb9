import { z } from 'zod';
import { AppError } from '#contract/errors';
import { finetuningModeSchema, type FinetuningMode } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { assertFinite } from '#numerics/models/assert-finite';
import { decodeSafetensors, encodeSafetensors, writeSafetensors } from '#numerics/models/safetensors';
import type { StoredTensor } from '#numerics/models/stored-tensor';

/** Weights by name, outside the engine. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/** α_t τ_t. */
export interface ScaledTaskVector {
  readonly scalingCoef: number;
  readonly tensors: NamedArrays;
}

/** τ = θ − θ0, and where it comes from. */
export interface TaskVector {
  /** Whether θ was trained in f (`standard`) or in its first-order expansion (`linear`). */
  readonly kind: FinetuningMode;
  /** Artifact id of the model that holds θ0. */
  readonly model: string;
  /** What it was trained on, for people. */
  readonly label: string;
  /** τ by parameter name. */
  readonly tensors: NamedArrays;
}

/** What the metadata of a file of τ say it is. */
export const TASK_VECTOR_FORMAT = 'tangent-task-vector/1';
const metadataSchema = z.object({
  format: z.literal(TASK_VECTOR_FORMAT),
  kind: finetuningModeSchema,
  model: z.string(),
  label: z.string(),
});

/** Writes the bytes of a `task-vector` artifact; equal for equal vectors. */
export function encodeTaskVector({ tensors, ...facts }: TaskVector): Uint8Array {
  return encodeSafetensors(tensors, { format: TASK_VECTOR_FORMAT, ...facts });
}

/**
 * Writes a `task-vector` artifact as {@link encodeTaskVector} does, one parameter after the other.
 *
 * @param facts about the vector
 * @param tensors τ by open_clip's names, read when it is their turn
 * @param write takes the bytes in order
 * @throws {AppError} whatever reading a parameter throws
 */
export async function writeTaskVector(
  facts: Omit<TaskVector, 'tensors'>,
  tensors: ReadonlyMap<string, StoredTensor>,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  await writeSafetensors(tensors, { format: TASK_VECTOR_FORMAT, ...facts }, write);
}

/**
 * Forms τ = θ − θ0 in float32 of parameters in files: each difference is taken when it is read.
 *
 * @param params0 θ0
 * @param params θ
 * @throws {AppError} `params_mismatch` naming the first parameter that differs in name or shape
 */
export function storedDifference(
  params0: ReadonlyMap<string, StoredTensor>,
  params: ReadonlyMap<string, StoredTensor>,
): Map<string, StoredTensor> {
  assertSameNames(params0, params);
  return new Map(
    [...params0].map(([name, tensor0]) => {
      const tensor = params.get(name);
      if (tensor === undefined) throw mismatch(name, 'is missing in one of the two');
      if (tensor.shape.join() !== tensor0.shape.join()) throw mismatch(name, 'differs in shape');
      const read = async () => {
        const [data0, data] = [await tensor0.read(), await tensor.read()];
        return data.map((value, i) => value - data0[i]);
      };
      return [name, { shape: tensor.shape, read }];
    }),
  );
}

/**
 * Reads a `task-vector` artifact.
 *
 * @param bytes the file
 * @param label what to call it in messages
 * @throws {AppError} `checkpoint_format`, `non_finite_params`
 */
export function decodeTaskVector(bytes: Uint8Array, label: string): TaskVector {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw new AppError('checkpoint_format', `${label} does not say whose task vector it is.`, {
      file: label,
    });
  }
  assertFinite(tensors, label);
  const { kind, model, label: trainedOn } = parsed.data;
  return { kind, model, label: trainedOn, tensors };
}

/**
 * Returns τ = θ − θ0 in float32.
 *
 * @param params0 θ0
 * @param params θ
 * @throws {AppError} `params_mismatch` naming the first parameter that differs in name or shape
 */
export function subtractParams(params0: NamedArrays, params: NamedArrays): Map<string, NamedArray> {
  return combine(params, [{ scalingCoef: -1, tensors: params0 }]);
}

/**
 * Returns θ0 + Σ_t α_t τ_t, summed in float64 and rounded once to float32 (arXiv 2305.12827, section 2).
 *
 * @param params0 θ0
 * @param terms α_t with τ_t
 * @throws {AppError} `params_mismatch` naming the first parameter that differs in name or shape
 */
export function addTasks(params0: NamedArrays, terms: readonly ScaledTaskVector[]): Map<string, NamedArray> {
  return combine(params0, terms);
}

/**
 * Returns Σ_t α_t τ_t, summed in float64 and rounded once to float32.
 *
 * @param terms α_t with τ_t, at least one
 * @throws {AppError} `params_mismatch` naming the first parameter that differs in name or shape
 */
export function sumTaskVectors(terms: readonly ScaledTaskVector[]): Map<string, NamedArray> {
  const zero = new Map(
    [...terms[0].tensors].map(([name, { shape, data }]) => [
      name,
      { shape, data: new Float32Array(data.length) },
    ]),
  );
  return combine(zero, terms);
}

/**
 * Checks that vectors can be merged.
 *
 * @param vectors τ_t, at least one
 * @throws {AppError} `params_mismatch` naming the first parameter that differs in name or shape
 */
export function assertSameLayouts(vectors: readonly NamedArrays[]): void {
  const [first, ...others] = vectors;
  for (const other of others) {
    assertSameNames(first, other);
    for (const [name, { shape }] of first) arrayOf(other, name, shape);
  }
}

function combine(start: NamedArrays, terms: readonly ScaledTaskVector[]): Map<string, NamedArray> {
  for (const { tensors } of terms) assertSameNames(start, tensors);
  return new Map(
    [...start].map(([name, { shape, data }]) => {
      const sum = Float64Array.from(data);
      for (const { scalingCoef, tensors } of terms) {
        const addend = arrayOf(tensors, name, shape);
        for (let i = 0; i < sum.length; i++) sum[i] += scalingCoef * addend[i];
      }
      return [name, { shape, data: Float32Array.from(sum) }];
    }),
  );
}

function arrayOf(tensors: NamedArrays, name: string, shape: readonly number[]): Float32Array {
  const found = tensors.get(name);
  if (found === undefined) throw mismatch(name, 'is missing in one of the two');
  if (found.shape.join() !== shape.join()) throw mismatch(name, 'differs in shape');
  return found.data;
}

function assertSameNames(expected: ReadonlyMap<string, unknown>, actual: ReadonlyMap<string, unknown>): void {
  for (const name of actual.keys()) {
    if (!expected.has(name)) throw mismatch(name, 'is missing in one of the two');
  }
}

function mismatch(parameter: string, what: string): AppError {
  return new AppError('params_mismatch', `The parameter ${parameter} ${what}.`, { parameter });
}
