import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readAppInfo } from '#host/app-info';
import { Contestant } from '../contestant';
import { sampleLoad } from '../machine-load';
import { preparePython } from '../python-environment';
import { makeImages } from './make-images';
import { formatLoaderReport, type Round, type Speed } from './report';

// `npm run bench:loader` measures and writes loader-results.md. With --rounds <n> it is a trial, which is only printed.
const { rounds } = parseArgs({ options: { rounds: { type: 'string' } } }).values;

const ROUNDS = 7;
const IMAGES = 128;
/** How often each file is in the list, so that a batch is a part of it. */
const REPEATS = 8;
const BATCH = 128;
const BATCHES = 8;
/** Decode threads of ours, and worker processes of the reference. */
const WORKERS = 2;

const helloSchema = z.object({ library: z.string() });
const epochSchema = z.object({ seconds: z.number(), images: z.int(), cpu: z.number() });

const app = readAppInfo(import.meta.dirname);
const folder = await mkdtemp(join(tmpdir(), 'tangent-loader-'));
try {
  log(`drawing ${IMAGES} images`);
  const { paths, packPath, manifest, meanBytes } = await makeImages(folder, IMAGES);
  const { train } = manifest.splits;
  const repeat = <T>(list: readonly T[]): T[] => Array.from({ length: REPEATS }, () => list).flat();
  const manifestPath = join(folder, 'manifest.json');
  const listPath = join(folder, 'list.json');
  const splits = { train: { ...train, samples: repeat(train.samples) } };
  await writeFile(manifestPath, JSON.stringify({ ...manifest, splits }));
  await writeFile(listPath, JSON.stringify(repeat(paths)));

  const python = await preparePython(
    join(app.root, 'node_modules', '.cache', 'tangent-bench', 'venv-loader'),
    log,
    ['torchvision==0.28.0'],
  );
  const ours = new Contestant({
    command: process.execPath,
    args: [join(import.meta.dirname, 'loader-subject.js'), manifestPath, packPath, ...sizes()],
    environment: {},
  });
  const theirs = new Contestant({
    command: python,
    args: [join(app.root, 'test', 'bench', 'reference', 'loader.py'), listPath, ...sizes()],
    environment: {},
  });
  try {
    const libraries = {
      ours: (await ours.ask({ hello: true }, helloSchema)).library,
      theirs: (await theirs.ask({ hello: true }, helloSchema)).library,
    };
    const measure = async (contestant: Contestant, batches = BATCHES): Promise<Speed> => {
      const { seconds, images, cpu } = await contestant.ask({ batches }, epochSchema);
      return { rate: images / seconds, cpu: cpu / images };
    };
    log('warm-up');
    for (const contestant of [ours, theirs]) await measure(contestant, BATCHES / 2);
    const measured: Round[] = [];
    for (let round = 0; round < Number(rounds ?? ROUNDS); round++) {
      const load = await sampleLoad();
      const first = round % 2 === 0 ? await measure(ours) : null;
      const reference = await measure(theirs);
      measured.push({ load, reference, own: first ?? (await measure(ours)) });
      log(`round ${round + 1}: ${describe(measured.at(-1)!)}`);
    }
    const report = formatLoaderReport({
      app,
      libraries,
      rounds: measured,
      setting: { workers: WORKERS, batch: BATCH, batches: BATCHES, images: IMAGES, meanBytes },
    });
    process.stdout.write(report);
    if (rounds === undefined) await writeFile(join(app.root, 'test', 'bench', 'loader-results.md'), report);
  } finally {
    await Promise.all([ours.stop(), theirs.stop()]);
  }
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

function sizes(): string[] {
  return [String(WORKERS), String(BATCH)];
}

function describe({ own, reference }: Round): string {
  return `${own.rate.toFixed(0)} images/s against ${reference.rate.toFixed(0)}`;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
