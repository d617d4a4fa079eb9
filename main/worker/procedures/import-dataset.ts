import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '#contract/errors';
import type { DatasetReport } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { packDataset, type PackDatasetOptions } from '#numerics/data/pack-dataset';
import type { PackWriter } from '#numerics/data/pack-images';
import { chooseReader } from '#numerics/data/sources/readers';
import { listSource } from '#numerics/data/sources/list-source';
import { Cancelled, type RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';

type Params = RunSpecOf<'import-dataset'>['params'];

/** A list of validation images may have so many bytes. */
const LARGEST_LIST = 64 * 2 ** 20;

/** Refused entries and odd images beyond this number are in the report alone. */
const MAXIMUM_WARNINGS = 50;

/** Reads a dataset into packs and a manifest, and reports what was left out. */
export async function importDataset(spec: RunSpecOf<'import-dataset'>, context: RunContext): Promise<void> {
  const { name, path, fingerprint, format } = spec.params;
  await assertUnchanged(path, fingerprint, context);
  const valList = await readValList(spec.params.valList, context);
  const listing = await listSource(path);
  const { reader, reason } = chooseReader(listing, format);
  context.log(`format: ${reader.title} (${reason})`);
  const source = await reader.open(listing);
  let meter: ReturnType<RunContext['meter']> | null = null;
  const packed = await packDataset({
    source,
    reason,
    params: spec.params,
    valList,
    seed: spec.seed,
    openPack: (split) => openPack(context, name, split),
    onProgress: (done, total) => {
      meter ??= context.meter('reading images', { total, unit: 'images' });
      meter.update(done);
    },
    isCancelled: () => context.isCancelled,
  }).finally(() => source.close());
  if (packed === null) throw new Cancelled();
  await context.outputJson(packed.dataset, { kind: 'dataset', role: 'dataset', label: name });
  await context.outputJson(packed.report, {
    kind: 'import-report',
    role: 'report',
    label: `${name} import report`,
  });
  tell(packed.report, context);
}

function tell(report: DatasetReport, context: RunContext): void {
  const { train, val, test } = report.counts;
  context.log(`${report.classCount} classes; ${train} train, ${val} val, ${test} test images`);
  for (const note of report.notes) context.log(note);
  for (const difference of report.differences) context.warn(difference);
  const oddities = [
    ...report.refused.map(({ file, reason }) => `left out ${file}: ${reason}`),
    ...report.warnings.map(({ file, reason }) => `${file}: ${reason}`),
  ];
  for (const oddity of oddities.slice(0, MAXIMUM_WARNINGS)) context.warn(oddity);
  if (oddities.length > MAXIMUM_WARNINGS) {
    context.warn(`and ${oddities.length - MAXIMUM_WARNINGS} more, which the import report lists`);
  }
  for (const { splits, count, examples } of report.leaks) {
    const [first, second] = examples[0];
    context.warn(
      `${count} images of ${splits[1]} are also in ${splits[0]}, for example ${second} and ${first}`,
    );
  }
}

async function readValList(
  list: Params['valList'],
  context: RunContext,
): Promise<PackDatasetOptions['valList']> {
  if (list === null) return null;
  await assertUnchanged(list.path, list.fingerprint, context);
  const found = await stat(list.path);
  if (!found.isFile() || found.size > LARGEST_LIST) {
    const what = found.isFile() ? `larger than ${LARGEST_LIST} bytes` : 'a folder';
    throw new AppError('invalid_input', `${list.path} is ${what}; a text file with names is needed.`, {
      path: list.path,
    });
  }
  // The decoder drops the mark that some editors put before the first line.
  const text = new TextDecoder().decode(await readFile(list.path));
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => line !== '');
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) {
    throw new AppError('invalid_input', `${basename(list.path)} names "${twice}" twice.`, { file: twice });
  }
  return { names, fingerprint: list.fingerprint };
}

async function openPack(context: RunContext, name: string, split: SplitName): Promise<PackWriter> {
  const writer = await context.artifacts.openWriter();
  return {
    write: async (bytes) => {
      await writer.write(bytes);
    },
    finish: async () => {
      const stored = await writer.finish();
      context.announce(stored, {
        kind: 'image-pack',
        role: `pack-${split}`,
        label: `${name} ${split} images`,
      });
      return stored.id;
    },
    discard: () => writer.abort(),
  };
}
