import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileAssembly } from '#build/compile-assembly';
import { loadSplit, type DatasetSplit } from '#numerics/data/dataset-split';
import { DecodePool } from '#numerics/data/loader/decode-pool';
import { takeBatch } from '#test/support/take-batch';
import { tempFolder } from '#test/support/temp-folder';
import { makePack, type PackFixture } from '../pack-fixture';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const folder = join(root, 'out', `decode-pool-test-${process.pid}`);
const entry = join(folder, 'decode-thread.js');
/** Images that are decoded for so long that a test can act meanwhile. */
const MANY = 4000;

beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [compileAssembly()],
    build: {
      ssr: join(root, 'main', 'worker', 'decode-thread.ts'),
      outDir: folder,
      target: 'node24',
      rollupOptions: { output: { entryFileNames: '[name].js' } },
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withPool<T>(
  options: { entry: string | null; threads: number },
  use: (pool: DecodePool, pack: PackFixture, split: DatasetSplit) => Promise<T>,
): Promise<T> {
  const pool = new DecodePool(options);
  try {
    const pack = await makePack(40);
    return await use(pool, pack, await loadSplit({ ...pack.options, pool }));
  } finally {
    await pool.close();
  }
}

const many = Array.from({ length: MANY }, (_, i) => i % 40);

describe('decoding on threads', () => {
  test('gives the same batches whatever the number of threads', async () => {
    const requests = [0, 1, 2, 3].map((batch) => ({
      indices: Array.from({ length: 30 }, (_, i) => (i * 7 + batch) % 40),
      crop: batch === 0 ? null : { seed: 3, position: batch * 30 },
    }));
    const results = [];
    for (const options of [
      { entry: null, threads: 1 },
      { entry, threads: 1 },
      { entry, threads: 3 },
    ]) {
      results.push(
        await withPool(options, async (_, __, split) => {
          const seen: number[][] = [];
          for await (const { pixels, labels } of split.batches(requests)) seen.push([...pixels, ...labels]);
          return seen;
        }),
      );
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('goes on while this thread computes', async () => {
    await withPool({ entry, threads: 2 }, async (_, __, split) => {
      const request = { indices: many.slice(0, 200), crop: null };
      const batches = split.batches([request, request, request]);
      await batches.next();
      const end = performance.now() + 1500;
      while (performance.now() < end);
      const start = performance.now();
      await batches.next();
      // Reading the answers is all that is left.
      expect(performance.now() - start).toBeLessThan(200);
    });
  });

  test('brings back what was wrong with an image, and goes on with others', async () => {
    await withPool({ entry, threads: 2 }, async (_, pack, split) => {
      const bytes = readFileSync(pack.path);
      bytes[pack.samples[25].offset + 40] ^= 1;
      writeFileSync(pack.path, bytes);
      const all = Array.from({ length: 40 }, (_, i) => i);
      await expect(takeBatch(split, all)).rejects.toMatchObject({
        name: 'AppError',
        code: 'artifact_damaged',
        data: { file: 'train/1/25.png' },
      });
      expect((await takeBatch(split, [1, 2])).labels).toHaveLength(2);
    });
  });

  test('rejects what a thread leaves undone when it ends or throws', async () => {
    for (const program of ['process.exit(3);', 'throw new Error("broken");']) {
      const broken = join(tempFolder(), 'broken.mjs');
      writeFileSync(
        broken,
        `import { parentPort } from 'node:worker_threads';
        parentPort.on('message', () => { ${program} });`,
      );
      await withPool({ entry: broken, threads: 2 }, async (_, __, split) => {
        const batch = expect(takeBatch(split, [0, 1]));
        await batch.rejects.toMatchObject({ code: 'worker_crashed' });
        await expect(takeBatch(split, [0, 1])).rejects.toMatchObject({ code: 'worker_crashed' });
      });
    }
  });

  test('ends in the middle of its work when it is closed', async () => {
    await withPool({ entry, threads: 2 }, async (pool, _, split) => {
      const batch = expect(takeBatch(split, many)).rejects.toMatchObject({ code: 'worker_crashed' });
      await pool.close();
      await batch;
    });
  });
});
