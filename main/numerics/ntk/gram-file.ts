import type { NamedArray } from '#numerics/engine/tensor';
import type { DenseMatrix } from '#numerics/linalg/dense-matrix';
import { encodeSafetensors } from '#numerics/models/safetensors';
import type { SingularTriplets } from '#numerics/linalg/singular-values';

/** What the numbers of a file belong to. */
export interface KernelOrigin {
  /** Artifact ids of θ0, of the datasets, and of τ where the kernel is at θ0 + τ. */
  readonly model: string;
  readonly task: string;
  readonly control: string;
  readonly taskVector: string | null;
  readonly split: string;
  /** Names of the scalars, in order. */
  readonly outputs: readonly string[];
}

/**
 * Writes a `gram` artifact: for each scalar c the tensor `gram.<c>`, images of the task × images of task and control.
 * Float32, which rounds finer than the passes that the numbers come from.
 */
export function encodeGrams(grams: readonly DenseMatrix[], origin: KernelOrigin): Uint8Array {
  return encodeSafetensors(
    new Map(grams.map((gram, c) => [`gram.${c}`, toNamedArray(gram)])),
    describe('tangent-gram/1', origin),
  );
}

/**
 * Writes a `kernel-spectrum` artifact: for each scalar c the tensors `values.<c>` (σ) and `eigenfunctions.<c>` (images of
 * task and control × eigenfunctions), those that are more than rounding.
 */
export function encodeSpectra(
  spectra: readonly Pick<SingularTriplets, 'values' | 'right'>[],
  origin: KernelOrigin,
): Uint8Array {
  const tensors = spectra.flatMap(({ values, right }, c): [string, NamedArray][] => [
    [`values.${c}`, { shape: [values.length], data: Float32Array.from(values) }],
    [`eigenfunctions.${c}`, toNamedArray(right)],
  ]);
  return encodeSafetensors(new Map(tensors), describe('tangent-kernel-spectrum/1', origin));
}

function toNamedArray({ rows, columns, data }: DenseMatrix): NamedArray {
  return { shape: [rows, columns], data: Float32Array.from(data) };
}

function describe(format: string, origin: KernelOrigin): Record<string, string> {
  const { outputs, taskVector, ...texts } = origin;
  return {
    format,
    ...texts,
    outputs: JSON.stringify(outputs),
    ...(taskVector === null ? {} : { taskVector }),
  };
}
