import { readFile } from 'node:fs/promises';
import type { RunSpecOf } from '#contract/specs/index';
import { encodeHead, readHeadTensors } from '#numerics/models/head-file';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { loadManifest } from './load-inputs';

/** Reads a frozen head for the classes of a dataset. */
export async function importHead(spec: RunSpecOf<'import-head'>, context: RunContext): Promise<void> {
  const { file, fingerprint } = spec.params;
  await assertUnchanged(file, fingerprint, context);
  const manifest = await loadManifest(context, spec.inputs.dataset);
  const head = readHeadTensors(await readFile(file), file, manifest.classes);
  await context.output(encodeHead(head), { kind: 'head', role: 'head', label: `${manifest.name} head` });
}
