import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { openFile } from '#numerics/files/byte-source';
import { openCheckpoint } from '#numerics/models/checkpoint/open-checkpoint';
import { encodeHead, readHeadFacts, readHeadTensors } from '#numerics/models/head-file';
import { readAll } from '#numerics/models/stored-tensor';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { loadManifest } from './load-inputs';

/** Reads a frozen head for the classes of a dataset. */
export async function importHead(spec: RunSpecOf<'import-head'>, context: RunContext): Promise<void> {
  const { file, fingerprint } = spec.params;
  await assertUnchanged(file, fingerprint, context);
  const manifest = await loadManifest(context, spec.inputs.dataset);
  const source = await openFile(file, 'checkpoint_format');
  try {
    const { tensors, values, metadata } = await openCheckpoint(source);
    if (values.get('normalize') === false) {
      context.warn(
        `${file} does not normalise features; heads do here, as the reference implementation's do`,
      );
    }
    const facts = readHeadFacts(metadata);
    const stray = facts?.classNames.findIndex((name, c) => name !== manifest.classes.at(c)) ?? -1;
    if (facts !== null && stray >= 0) {
      throw new AppError(
        'class_mismatch',
        `Row ${stray} of ${file} is for “${facts.classNames[stray]}”, but class ${stray} of ${manifest.name} is “${manifest.classes.at(stray) ?? 'missing'}”.`,
        { file, row: stray },
      );
    }
    const wanted = new Map([...tensors].filter(([name]) => name === 'weight' || name === 'bias'));
    const head = readHeadTensors(await readAll(wanted), file, manifest.classes);
    await context.output(encodeHead({ ...head, origin: facts?.origin ?? null }), {
      kind: 'head',
      role: 'head',
      label: `${manifest.name} head`,
    });
  } finally {
    await source.close();
  }
}
