import { basename } from 'node:path';
import type { DatasetInspection, ModelReport } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { listSource } from '#numerics/data/sources/list-source';
import { chooseReader } from '#numerics/data/sources/readers';
import { openCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { describeCheckpoint } from './import-model';

/** Says how a checkpoint or a dataset would be imported, from its headers and names alone. */
export async function inspect(spec: RunSpecOf<'inspect'>, context: RunContext): Promise<void> {
  const { path, fingerprint, subject } = spec.params;
  await assertUnchanged(path, fingerprint, context);
  const found = subject === 'model' ? await inspectModel(path) : await inspectDataset(path);
  await context.outputJson(found, {
    kind: 'inspection',
    role: 'inspection',
    label: `inspection of ${basename(path)}`,
  });
}

async function inspectModel(path: string): Promise<ModelReport> {
  const files = await openCheckpointFiles(path);
  try {
    const nothing = { source: 'your choice', heads: null, activation: null, preprocessing: null };
    return describeCheckpoint(files, readClipCheckpoint(files, nothing));
  } finally {
    await files.close();
  }
}

async function inspectDataset(path: string): Promise<DatasetInspection> {
  const listing = await listSource(path);
  const { reader, reason } = chooseReader(listing, null);
  const source = await reader.open(listing);
  try {
    const { train, val, test } = source.assignment;
    return {
      format: 'tangent-dataset-inspection/1',
      source: { format: reader.format, title: reader.title, reason },
      classes: [...source.classes],
      parts: [...source.parts].map(([name, { count }]) => ({ name, count })),
      assignment: { train: [...train], val: [...val], test: [...test] },
      notes: [...source.notes],
    };
  } finally {
    await source.close();
  }
}
