import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAppInfo } from '#host/app-info';
import { sizeOf } from '#numerics/engine/tensor';
import { visionParameterShapes } from '#numerics/models/vision-parameters';
import { Contestant } from '../contestant';
import { lineUp } from '../line-up';
import { sampleLoad } from '../machine-load';
import { median } from '../measurements';
import { helloSchema } from '../protocol';
import { CELLS, memorySchema, timesSchema, writtenSchema, type SubjectName } from './protocol';
import { formatAnalysisReport, type Comparison } from './report';
import { architecture, CLASSES, GRAM_IMAGES, GRID, writeWorld } from './world';

// `npm run bench:analysis` measures and writes analysis-results.md. With --rounds <n> it is a trial, which is only printed.
const { rounds } = parseArgs({ options: { rounds: { type: 'string' } } }).values;
const ROUNDS = Number(rounds ?? 7);
/** Questions to a lab. */
const QUESTIONS = 500;
/** Evaluations of a map, in cells: all of them, and a row and a column of single tasks, on half of the images each. */
const CELLS_OF_MAP = GRID * GRID + GRID;

const app = readAppInfo(import.meta.dirname);
const folder = await mkdtemp(join(tmpdir(), 'tangent-analysis-'));
try {
  await writeWorld(folder);
  const { launches } = await lineUp(['pytorch', 'native'], app, log);
  const [python, native] = (['pytorch', 'native'] as const).map((name) => launches.get(name));
  if (python === undefined || native === undefined) throw new Error('both contestants are needed');
  const script = join(import.meta.dirname, 'analysis-subject.js');
  const reference = join(app.root, 'test', 'bench', 'reference', 'analysis.py');
  const launchOurs = { ...native, args: ['--expose-gc', script, 'native', folder] };
  const ours = new Contestant(launchOurs);
  const theirs = new Contestant({ ...python, args: [reference, String(availableParallelism()), folder] });
  const fresh = new Contestant(launchOurs);
  try {
    await report(ours, theirs, fresh);
  } finally {
    await Promise.all([ours.stop(), theirs.stop(), fresh.stop()]);
  }
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function report(ours: Contestant, theirs: Contestant, fresh: Contestant): Promise<void> {
  const libraries = {
    ours: (await ours.ask({ hello: true }, helloSchema)).library,
    theirs: (await theirs.ask({ hello: true }, helloSchema)).library,
  };
  const { growth } = await fresh.ask({ memory: 'gram' }, memorySchema);
  await fresh.stop();
  const error = await compareGrams(ours, theirs);

  const measured = new Map<string, number[]>();
  const loads: number[] = [];
  const turns: [Contestant, string, SubjectName][] = [
    [theirs, 'theirs', 'linear_cells'],
    [ours, 'ours', 'linear_map'],
    [ours, 'ours', 'linear_map_whole'],
    [theirs, 'theirs', 'network_cells'],
    [ours, 'ours', 'network_cells'],
    [theirs, 'theirs', 'gram'],
    [ours, 'ours', 'gram'],
  ];
  // The first round is for warm-up.
  for (let round = 0; round <= ROUNDS; round++) {
    loads.push(await sampleLoad());
    for (const [contestant, who, subject] of round % 2 === 0 ? turns : turns.toReversed()) {
      const { times } = await contestant.ask({ subject, times: 1 }, timesSchema);
      if (round > 0)
        measured.set(`${who} ${subject}`, [...(measured.get(`${who} ${subject}`) ?? []), ...times]);
    }
    log(`round ${round} of ${ROUNDS}`);
  }
  const { times: answers } = await ours.ask({ subject: 'lab_question', times: QUESTIONS }, timesSchema);
  const p95 = answers.sort((a, b) => a - b)[Math.floor(0.95 * QUESTIONS)];

  const seconds = (key: string) => median(measured.get(key)!);
  const jacobian =
    4 *
    GRAM_IMAGES *
    CLASSES *
    [...visionParameterShapes(architecture).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
  const linear = (seconds('theirs linear_cells') * CELLS_OF_MAP) / CELLS;
  const network = {
    ours: (seconds('ours network_cells') * CELLS_OF_MAP) / CELLS,
    theirs: (seconds('theirs network_cells') * CELLS_OF_MAP) / CELLS,
  };
  const gram = { ours: seconds('ours gram'), theirs: seconds('theirs gram') };
  const rows = [
    faster('linear map, from responses', seconds('ours linear_map'), linear, 100),
    faster('linear map, responses included', seconds('ours linear_map_whole'), linear, 30),
    faster('non-linear map', network.ours, network.theirs, 1),
    faster('Gram matrices', gram.ours, gram.theirs, 2),
    below('Gram matrices, relative difference', error, 1e-5, (value) => value.toExponential(1)),
    below(
      'Gram matrices, peak memory over the whole Jacobian',
      growth / jacobian,
      0.25,
      (value) => value.toFixed(3),
      {
        ours: inMib(growth),
        reference: inMib(jacobian),
      },
    ),
    below(
      'lab: 8 tasks × 2,000 images, 95th percentile',
      p95 * 1000,
      16,
      (value) => `${value.toFixed(1)} ms`,
    ),
  ];
  const text = formatAnalysisReport({ app, libraries, rounds: ROUNDS, loads, rows });
  process.stdout.write(text);
  if (rounds === undefined) await writeFile(join(app.root, 'test', 'bench', 'analysis-results.md'), text);
}

/** ‖ours − theirs‖ / ‖theirs‖ over all matrices. */
async function compareGrams(ours: Contestant, theirs: Contestant): Promise<number> {
  const read = async (contestant: Contestant) => {
    const { path } = await contestant.ask({ write: 'gram' }, writtenSchema);
    const bytes = await readFile(path);
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const [own, other] = [await read(ours), await read(theirs)];
  let [difference, size] = [0, 0];
  other.forEach((value, i) => {
    difference += (own[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

function faster(what: string, own: number, reference: number, least: number): Comparison {
  const ratio = reference / own;
  return {
    what,
    ours: `${own.toFixed(3)} s`,
    reference: `${reference.toFixed(3)} s`,
    figure: `${ratio.toFixed(2)} × faster`,
    target: `≥ ${least.toFixed(1)}`,
    isMet: ratio >= least,
  };
}

function below(
  what: string,
  value: number,
  most: number,
  format: (value: number) => string,
  cells: { ours: string; reference: string } = { ours: '', reference: '' },
): Comparison {
  return { what, ...cells, figure: format(value), target: `≤ ${format(most)}`, isMet: value <= most };
}

function inMib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
