import type { SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { packImageFolder } from '#numerics/data/import-image-folder';
import type { PackWriter } from '#numerics/data/pack-files';
import { Cancelled, type RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';

/** Reads an image folder into packs and a manifest, and reports what was left out. */
export async function importDataset(spec: RunSpecOf<'import-dataset'>, context: RunContext): Promise<void> {
  const { name, folder } = spec.params;
  await assertUnchanged(folder, spec.params.fingerprint, context);
  let meter: ReturnType<RunContext['meter']> | null = null;
  const packed = await packImageFolder({
    folder,
    params: spec.params,
    seed: spec.seed,
    openPack: (split) => openPack(context, name, split),
    onProgress: (done, total) => {
      meter ??= context.meter('reading images', { total, unit: 'images' });
      meter.update(done);
    },
    isCancelled: () => context.isCancelled,
  });
  if (packed === null) throw new Cancelled();
  const { dataset, report } = packed;
  await context.outputJson(dataset, { kind: 'dataset', role: 'dataset', label: name });
  await context.outputJson(report, { kind: 'import-report', role: 'report', label: `${name} import report` });
  const { train, val, test } = report.counts;
  context.log(`${dataset.classes.length} classes; ${train} train, ${val} val, ${test} test images`);
  for (const { file, reason } of report.refused) context.warn(`left out ${file}: ${reason}`);
  for (const { file, message } of report.warnings) context.warn(`${file}: ${message}`);
  for (const { splits, count, examples } of report.leaks) {
    const [first, second] = examples[0];
    context.warn(
      `${count} images of ${splits[1]} are also in ${splits[0]}, for example ${second} and ${first}`,
    );
  }
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
