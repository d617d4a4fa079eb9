import type { RunSpecOf } from '#contract/specs/index';
import { openFile } from '#numerics/files/byte-source';
import { openCheckpoint } from '#numerics/models/checkpoint/open-checkpoint';
import { encodeHead, readHeadTensors } from '#numerics/models/head-file';
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
    const { tensors, values } = await openCheckpoint(source);
    if (values.get('normalize') === false) {
      context.warn(
        `${file} does not normalise features; heads do here, as the reference implementation's do`,
      );
    }
    const head = readHeadTensors(await readAll(tensors), file, manifest.classes);
    await context.output(encodeHead(head), { kind: 'head', role: 'head', label: `${manifest.name} head` });
  } finally {
    await source.close();
  }
}
