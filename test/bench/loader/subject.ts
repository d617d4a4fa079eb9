import { performance } from 'node:perf_hooks';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { trainingBatches } from '#numerics/data/batch-order';
import type { DatasetManifest } from '#numerics/data/dataset-manifest';
import { loadSplit } from '#numerics/data/dataset-split';
import { DecodePool } from '#numerics/data/loader/decode-pool';

// Our contestant: answers each line of JSON with one, as `reference/loader.py` does.
const [manifestPath, packPath, threads, batchSize] = process.argv.slice(2);
const pool = new DecodePool({
  entry: new URL('./decode-thread.js', import.meta.url).href,
  threads: Number(threads),
});
const split = await loadSplit({
  manifest: JSON.parse(await readFile(manifestPath, 'utf8')) as DatasetManifest,
  split: 'train',
  imageSize: 224,
  preprocessing: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  },
  pathOf: () => packPath,
  pool,
  holdBytes: 0,
});
let step = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { hello: true } | { batches: number };
  const answer = 'hello' in request ? { library: `Node ${process.version}` } : await epoch(request.batches);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

interface Epoch {
  readonly seconds: number;
  readonly images: number;
  /** Processor time of all threads, in seconds. */
  readonly cpu: number;
}

async function epoch(batches: number): Promise<Epoch> {
  const order = { count: split.count, batchSize: Number(batchSize), seed: 0 };
  const augmentation = 'random-resized-crop';
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  let images = 0;
  const requests = trainingBatches({ ...order, augmentation, from: step, to: step + batches });
  for await (const { labels } of split.batches(requests)) images += labels.length;
  step += batches;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - start) / 1000, images, cpu: (user + system) / 1e6 };
}
