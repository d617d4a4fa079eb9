import type { ModelReport } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import type { ClipCheckpoint } from '#numerics/models/checkpoint/clip-checkpoint';
import { openCheckpointFiles, type OpenCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { writeModel } from '#numerics/models/model-file';
import { writeTextEncoder } from '#numerics/models/text-encoder-file';
import { storedDifference, writeTaskVector } from '#numerics/editing/task-vector';
import { clipTokenizerJson } from '#numerics/models/tokenizer';
import clipBpe from '#resources/tokenizer/clip-bpe.json';
import type { RunContext } from '../run-context';
import { assertUnchanged } from './assert-unchanged';
import { meterTensors } from './meter-tensors';

type Spec = RunSpecOf<'import-model'>;

/** Reads a CLIP checkpoint one tensor at a time: image tower, text tower and tokenizer, and what was found out. */
export async function importModel(spec: Spec, context: RunContext): Promise<void> {
  const { path, fingerprint } = spec.params;
  await assertUnchanged(path, fingerprint, context);
  const files = await openCheckpointFiles(path);
  try {
    const clip = readClipCheckpoint(files, { source: 'your choice', ...spec.params });
    for (const { field, value, source } of clip.facts) context.log(`${field}: ${value} (${source})`);
    for (const warning of clip.warnings) context.warn(warning);
    await writeTowers(spec, clip, files, context);
  } finally {
    await files.close();
  }
}

async function writeTowers(
  { params: { name, fingerprint } }: Spec,
  clip: ClipCheckpoint,
  files: OpenCheckpointFiles,
  context: RunContext,
): Promise<void> {
  const { vision, text, linearParams, preprocessing, naming } = clip;
  const facts = {
    name,
    architecture: vision.architecture,
    preprocessing,
    naming,
    origin: fingerprint,
    doubts: clip.warnings,
  };
  const textParams = text === null ? new Map() : new Map(text.params).set('logit_scale', text.logitScale);
  const vector = linearParams === null ? new Map() : storedDifference(vision.params, linearParams);
  const metered = meterTensors('reading weights', [vision.params, textParams, vector], context);
  const model = await context.outputStream({ kind: 'model', role: 'model', label: name }, (write) =>
    writeModel(facts, metered[0], write),
  );
  if (text !== null) {
    await context.outputStream(
      { kind: 'text-encoder', role: 'textEncoder', label: `${name} text encoder` },
      (write) =>
        writeTextEncoder({ name, architecture: text.architecture, origin: fingerprint }, metered[1], write),
    );
    const tokenizer = files.tokenizer ?? clipTokenizerJson(clipBpe.merges);
    if (files.tokenizer === null) context.log("tokenizer: OpenAI CLIP's, as there is no tokenizer.json");
    await context.output(new TextEncoder().encode(tokenizer), {
      kind: 'tokenizer',
      role: 'tokenizer',
      label: `${name} tokenizer`,
    });
  }
  if (linearParams !== null) {
    await context.outputStream(
      { kind: 'task-vector', role: 'taskVector', label: `${name} (linear)` },
      (write) => writeTaskVector({ kind: 'linear', model, label: name }, metered[2], write),
    );
  }
  const report = describeCheckpoint(files, clip);
  await context.outputJson(report, { kind: 'model-report', role: 'report', label: `${name} report` });
  if (clip.leftOut.length > 0) {
    context.log(`left out ${clip.leftOut.length} tensors outside the towers: ${clip.leftOut.join(', ')}`);
  }
  if (report.unknownGlobals.length > 0) {
    context.log(`met and did not execute: ${report.unknownGlobals.join(', ')}`);
  }
}

/** Puts what was found out about a checkpoint together. */
export function describeCheckpoint(files: OpenCheckpointFiles, clip: ClipCheckpoint): ModelReport {
  return {
    format: 'tangent-model-report/1',
    layout: clip.layout,
    container: files.weights.container,
    facts: [...clip.facts],
    warnings: [...clip.warnings],
    leftOut: [...clip.leftOut],
    unknownGlobals: [...files.weights.unknownGlobals],
    hasTextEncoder: clip.text !== null,
  };
}
