import { readFile } from 'node:fs/promises';
import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { disposeTree, treeFromArrays, treeToArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import {
  concatenateArrays,
  createTensor,
  readTensor,
  type NamedArray,
  type Tensor,
} from '#numerics/engine/tensor';
import { assertFinite } from '#numerics/models/assert-finite';
import { fromCheckpointNames, toCheckpointNames } from '#numerics/models/checkpoint-names';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import { imageEncoder, type ImageEncoder } from '#numerics/models/vision-transformer';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { loadModel } from './load-inputs';

type Source = RunSpecOf<'apply'>['params']['pixels'];

/** What is asked of the encoder, outside the engine. */
interface Question {
  /** N × S × S × 3. */
  readonly pixels: Float32Array;
  readonly count: number;
  readonly imageSize: number;
  readonly tangent: ReadonlyMap<string, NamedArray> | null;
  /** N × F. */
  readonly cotangent: Float32Array | null;
  readonly batchSize: number;
}

/** Features of images given as tensors, with J·v and Jᵀ·u where a tangent v or a cotangent u is given. */
export async function apply(spec: RunSpecOf<'apply'>, context: RunContext): Promise<void> {
  const { params } = spec;
  const model = await loadModel(context, spec.inputs.model);
  const { imageSize, featureSize } = model.architecture;
  const { count, data } = await readPixels(params.pixels, imageSize, context);
  const tangent = params.tangent === null ? null : await readTensors(params.tangent, context);
  const cotangent =
    params.cotangent === null
      ? null
      : takeTensor(await readTensors(params.cotangent, context), params.cotangent, 'cotangent', [
          count,
          featureSize,
        ]);
  const answer = await applyInBatches(
    imageEncoder(model.architecture),
    model.params,
    {
      pixels: toChannelsLast(data, imageSize),
      count,
      imageSize,
      tangent: tangent === null ? null : fromCheckpointNames(model, tangent),
      cotangent,
      batchSize: params.batchSize,
    },
    context,
  );
  const shape = [count, featureSize];
  const result = new Map<string, NamedArray>([['features', { shape, data: answer.features }]]);
  if (answer.jvp !== null) result.set('jvp', { shape, data: answer.jvp });
  if (answer.vjp !== null) {
    for (const [name, array] of toCheckpointNames(model, answer.vjp)) result.set(`vjp.${name}`, array);
  }
  await context.output(encodeSafetensors(result, { format: 'tangent-apply/1', model: spec.inputs.model }), {
    kind: 'tensors',
    role: 'result',
    label: [...new Set([...result.keys()].map((name) => name.split('.')[0]))].join(', '),
  });
}

interface Answer {
  readonly features: Float32Array;
  readonly jvp: Float32Array | null;
  readonly vjp: ReadonlyMap<string, NamedArray> | null;
}

async function applyInBatches(
  encode: ImageEncoder,
  arrays: ReadonlyMap<string, NamedArray>,
  { pixels, count, imageSize: S, tangent, cotangent, batchSize }: Question,
  context: RunContext,
): Promise<Answer> {
  const params = treeFromArrays(arrays);
  const direction = tangent === null ? null : treeFromArrays(tangent);
  const parts = { features: [] as Float32Array[], jvp: [] as Float32Array[] };
  const sums = new GradientSum();
  const meter = context.meter('applying', { total: count, unit: 'images' });
  try {
    for (let start = 0; start < count; start += batchSize) {
      const size = Math.min(batchSize, count - start);
      const batch = rowsFrom(pixels, start, size, count, [size, S, S, 3]);
      const trace = new Trace((theta) => encode(theta, batch), params);
      parts.features.push(readTensor(trace.primal));
      if (direction !== null) parts.jvp.push(readAndDispose(trace.pushForward(direction)));
      if (cotangent !== null) {
        const u = rowsFrom(cotangent, start, size, count, trace.primal.shape);
        sums.add(trace.pullBack(u));
        u.dispose();
      }
      trace.dispose();
      batch.dispose();
      meter.update(start + size);
      await context.breathe();
    }
  } finally {
    disposeTree(params);
    if (direction !== null) disposeTree(direction);
  }
  return {
    features: concatenateArrays(parts.features),
    jvp: direction === null ? null : concatenateArrays(parts.jvp),
    vjp: cotangent === null ? null : sums.total(),
  };
}

/** Adds gradients of batches up in float64. */
class GradientSum {
  readonly #sums = new Map<string, { shape: readonly number[]; data: Float64Array }>();

  /** Adds a gradient and disposes it. */
  add(gradient: ParamTree): void {
    for (const [name, { shape, data }] of treeToArrays(gradient)) {
      const sum = this.#sums.get(name);
      if (sum === undefined) this.#sums.set(name, { shape, data: Float64Array.from(data) });
      else data.forEach((value, i) => (sum.data[i] += value));
    }
    disposeTree(gradient);
  }

  total(): Map<string, NamedArray> {
    return new Map(
      [...this.#sums].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    );
  }
}

async function readTensors(source: Source, context: RunContext): Promise<ReadonlyMap<string, NamedArray>> {
  await assertUnchanged(source.path, source.fingerprint, context);
  const { tensors } = decodeSafetensors(await readFile(source.path), source.path);
  assertFinite(tensors, source.path);
  return tensors;
}

async function readPixels(
  source: Source,
  imageSize: number,
  context: RunContext,
): Promise<{ count: number; data: Float32Array }> {
  const tensors = await readTensors(source, context);
  const count = tensors.get('pixels')?.shape[0] ?? 1;
  const data = takeTensor(tensors, source, 'pixels', [count, 3, imageSize, imageSize]);
  return { count, data };
}

/** Takes the one tensor that a file must hold. */
function takeTensor(
  tensors: ReadonlyMap<string, NamedArray>,
  { path }: Source,
  name: string,
  shape: readonly number[],
): Float32Array {
  const mismatch = (parameter: string, what: string) =>
    new AppError('params_mismatch', `"${parameter}" in ${path} ${what}.`, { file: path, parameter });
  const found = tensors.get(name);
  if (found === undefined) throw mismatch(name, 'is missing');
  const other = [...tensors.keys()].find((key) => key !== name);
  if (other !== undefined) throw mismatch(other, 'is not expected');
  if (found.shape.join() !== shape.join() || shape[0] === 0) {
    throw mismatch(name, `has shape [${found.shape.join(', ')}] where [${shape.join(', ')}] is expected`);
  }
  return found.data;
}

/** From image, channel, row, column to image, row, column, channel. */
function toChannelsLast(pixels: Float32Array, S: number): Float32Array {
  const area = S * S;
  const result = new Float32Array(pixels.length);
  for (let image = 0; image < pixels.length; image += 3 * area) {
    for (let channel = 0; channel < 3; channel++) {
      const plane = image + channel * area;
      for (let i = 0; i < area; i++) result[image + 3 * i + channel] = pixels[plane + i];
    }
  }
  return result;
}

function rowsFrom(
  data: Float32Array,
  start: number,
  size: number,
  count: number,
  shape: readonly number[],
): Tensor {
  const row = data.length / count;
  return createTensor(data.subarray(start * row, (start + size) * row), shape);
}

function readAndDispose(tensor: Tensor): Float32Array {
  const numbers = readTensor(tensor);
  tensor.dispose();
  return numbers;
}
