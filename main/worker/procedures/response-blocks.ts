import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationBatches } from '#numerics/data/batch-order';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import type { FeatureResponses } from '#numerics/editing/feature-responses';
import type { NamedArrays } from '#numerics/editing/task-vector';
import { readArrays, writeArrays } from '../array-file';
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
 * Computes f(x; θ0) and J(θ0) τ_t of images, every τ_t on one primal pass, and writes them down block by
 * block. A resumed run reads the blocks that are done from its folder.
 */
export async function collectResponses(collection: Collection): Promise<FeatureResponses> {
  const { name, key, vectors, images, evaluator, context } = collection;
  const folder = join(context.runDirectory, 'responses', key);
  await mkdir(folder, { recursive: true });
  const meter = context.meter(`responses of ${name}`, { total: images.count, unit: 'images' });
  const F = evaluator.featureSize;
  const base = new Float32Array(images.count * F);
  const tangents = vectors.map(() => new Float32Array(images.count * F));
  const missing: Block[] = [];
  for (const { indices } of evaluationBatches(images.count, BLOCK)) {
    const [first, end] = [indices[0], indices[0] + indices.length];
    const parts = [base, ...tangents].map((all) => all.subarray(first * F, end * F));
    const block = { first, end, parts, file: join(folder, `${first}.f32`) };
    if (await readArrays(block.file, parts)) meter.update(end);
    else missing.push(block);
  }
  if (missing.length > 0) {
    // Each block has batches of its own, so that the same ones are computed whatever was read.
    const batches = missing.flatMap(({ first, end }) => evaluator.batches(end, first));
    await evaluator.pushForward(vectors, images, batches, async (f0, pushed, start) => {
      [base, ...tangents].forEach((all, i) => all.set([f0, ...pushed][i], start * F));
      const block = missing.find(({ end }) => end === start + f0.length / F);
      if (block === undefined) return;
      await writeArrays(block.file, block.parts);
      meter.update(block.end);
    });
  }
  return { count: images.count, base, tangents };
}

/** Neighbouring images whose responses are one file. */
interface Block {
  readonly first: number;
  /** The image after the last. */
  readonly end: number;
  /** Where their f0 and each Jτ_t belong. */
  readonly parts: readonly Float32Array[];
  readonly file: string;
}
