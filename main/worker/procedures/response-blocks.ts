import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { evaluationBatches } from '#numerics/data/batch-order';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import type { FeatureResponses } from '#numerics/editing/feature-responses';
import type { NamedArrays } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';
import type { ImageEvaluator } from './image-evaluator';

/** Images after which what was computed is written down. */
const BLOCK = 512;

/** What passes through the network. */
interface Collection {
  /** For people. */
  readonly name: string;
  /** Tells these images from others of the run; a file name. */
  readonly key: string;
  /** τ_t. */
  readonly vectors: readonly NamedArrays[];
  readonly images: DatasetSplit;
  readonly evaluator: ImageEvaluator;
  readonly context: RunContext;
}

/**
 * Computes f(x; θ0) and J(θ0) τ_t of images, every τ_t on one primal pass, block by block. A resumed run reads
 * the blocks that are done from its folder.
 */
export async function collectResponses(collection: Collection): Promise<FeatureResponses> {
  const { name, key, vectors, images, evaluator, context } = collection;
  const folder = join(context.runDirectory, 'responses', key);
  await mkdir(folder, { recursive: true });
  const meter = context.meter(`responses of ${name}`, { total: images.count, unit: 'images' });
  const F = evaluator.featureSize;
  const base = new Float32Array(images.count * F);
  const tangents = vectors.map(() => new Float32Array(images.count * F));
  for (const { indices } of evaluationBatches(images.count, BLOCK)) {
    const first = indices[0];
    const parts = [base, ...tangents].map((all) => all.subarray(first * F, (first + indices.length) * F));
    const file = join(folder, `${first}.f32`);
    if (!(await readBlock(file, parts))) {
      await evaluator.pushForward(vectors, part(images, first, indices.length), (f0, pushed, start) => {
        [f0, ...pushed].forEach((values, i) => parts[i].set(values, start * F));
      });
      await writeFileAtomically(file, Buffer.concat(parts.map(bytesOf)));
    }
    meter.update(first + indices.length);
  }
  return { count: images.count, featureSize: F, base, tangents };
}

/** The images from `first` on. */
function part(images: DatasetSplit, first: number, count: number): DatasetSplit {
  return {
    ...images,
    count,
    labels: images.labels.subarray(first, first + count),
    batches: (requests) =>
      images.batches(
        (function* () {
          for (const { indices, crop } of requests) {
            yield { indices: Uint32Array.from(indices, (place) => first + place), crop };
          }
        })(),
      ),
  };
}

/** Fills the parts from a file; says whether it was there, whole. */
async function readBlock(file: string, parts: readonly Float32Array[]): Promise<boolean> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (bytes.length !== parts.reduce((sum, { byteLength }) => sum + byteLength, 0)) return false;
  let at = 0;
  for (const values of parts) {
    bytesOf(values).set(bytes.subarray(at, at + values.byteLength));
    at += values.byteLength;
  }
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
