import type { StoredArtifact } from '#artifacts/artifact-writer';
import type { ArtifactKind } from '#contract/events';
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
type Produce = Parameters<RunContext['storeStream']>[0];

/** A stored file that is not an output yet. */
interface Announced {
  readonly stored: StoredArtifact;
  readonly output: { kind: ArtifactKind; role: string; label: string };
}

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
  const [visionTensors, textTensors, vectorTensors] = meterTensors(
    'reading weights',
    [vision.params, textParams, vector],
    context,
  );
  // Announced together at the end: a failure in the text tower must not leave half of a checkpoint behind.
  const outputs: Announced[] = [];
  const add = async (kind: ArtifactKind, role: string, label: string, produce: Produce): Promise<string> => {
    const stored = await context.storeStream(produce);
    outputs.push({ stored, output: { kind, role, label } });
    return stored.id;
  };
  const model = await add('model', 'model', name, (write) => writeModel(facts, visionTensors, write));
  if (text !== null) {
    const { architecture } = text;
    await add('text-encoder', 'textEncoder', `${name} text encoder`, (write) =>
      writeTextEncoder({ name, architecture, origin: fingerprint }, textTensors, write),
    );
    const tokenizer = chooseTokenizer(files, architecture.vocabularySize, context);
    if (tokenizer !== null) {
      await add('tokenizer', 'tokenizer', `${name} tokenizer`, (write) =>
        write(new TextEncoder().encode(tokenizer)).then(() => undefined),
      );
    }
  }
  if (linearParams !== null) {
    await add('task-vector', 'taskVector', `${name} (linear)`, (write) =>
      writeTaskVector({ kind: 'linear', model, label: name }, vectorTensors, write),
    );
  }
  for (const { stored, output } of outputs) context.announce(stored, output);
  const report = describeCheckpoint(files, clip);
  await context.outputJson(report, { kind: 'model-report', role: 'report', label: `${name} report` });
  if (clip.leftOut.length > 0) {
    context.log(`left out ${clip.leftOut.length} tensors outside the towers: ${clip.leftOut.join(', ')}`);
  }
  if (report.unknownGlobals.length > 0) {
    context.log(`met and did not execute: ${report.unknownGlobals.join(', ')}`);
  }
}

/** Size of the vocabulary of OpenAI's tokenizer. */
const CLIP_VOCABULARY = 49_408;

/** The tokenizer of the files, else OpenAI's if the text tower has its vocabulary. */
function chooseTokenizer(
  files: OpenCheckpointFiles,
  vocabularySize: number,
  context: RunContext,
): string | null {
  if (files.tokenizer !== null) return files.tokenizer;
  if (vocabularySize === CLIP_VOCABULARY) {
    context.log("tokenizer: OpenAI CLIP's, as there is no tokenizer.json");
    return clipTokenizerJson(clipBpe.merges);
  }
  context.warn(
    `the text tower has a vocabulary of ${vocabularySize}, which is not that of OpenAI's tokenizer, and there is no tokenizer.json: it cannot make heads`,
  );
  return null;
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
