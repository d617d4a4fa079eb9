import { AppError } from '#contract/errors';
import { renderPrompts } from '#contract/known-dataset';
import type { RunSpecOf } from '#contract/specs/index';
import { disposeTree, treeFromArrays } from '#numerics/autodiff/param-tree';
import { readTensor, type Tensor } from '#numerics/engine/tensor';
import { encodeHead } from '#numerics/models/head-file';
import { decodeTextEncoder, type StoredTextEncoder } from '#numerics/models/text-encoder-file';
import { textEncoder, type TokenizedTexts } from '#numerics/models/text-transformer';
import { makeTokenizer } from '#numerics/models/tokenizer';
import { makeZeroShotHead } from '#numerics/models/zero-shot-head';
import type { RunContext } from '../run-context';
import { loadManifest } from './load-inputs';

/** Texts that the engine encodes at once. */
const BATCH_SIZE = 32;

/** Makes the zero-shot head of a dataset with a text tower. */
export async function zeroShotHead(spec: RunSpecOf<'zero-shot-head'>, context: RunContext): Promise<void> {
  const { templates } = spec.params;
  const manifest = await loadManifest(context, spec.inputs.dataset);
  const { classes } = manifest;
  const promptNames = spec.params.promptNames ?? classes.map((name) => name.replaceAll('_', ' '));
  if (promptNames.length !== classes.length) {
    throw new AppError(
      'class_mismatch',
      `There are ${promptNames.length} names for prompts, but ${manifest.name} has ${classes.length} classes.`,
      { names: promptNames.length, classes: classes.length },
    );
  }
  const encoder = decodeTextEncoder(
    await context.artifacts.read(spec.inputs.textEncoder),
    'the text encoder',
  );
  const tokenizer = (await context.artifacts.read(spec.inputs.tokenizer)).toString();
  const tokenize = makeTokenizer(tokenizer, encoder.architecture.contextLength, 'the tokenizer');
  const prompts = promptNames.flatMap((name) => renderPrompts(templates, name));
  const texts = tokenize(prompts);
  assertDistinct(promptNames, prompts, texts);
  const features = await encodePrompts(encoder, texts, context);
  const { featureSize } = encoder.architecture;
  const head = makeZeroShotHead(features, classes.length, featureSize, encoder.logitScale);
  context.log(`${classes.length} classes, ${templates.length} prompts each, for example “${prompts[0]}”`);
  await context.output(encodeHead({ ...head, classNames: classes, origin: encoder.origin }), {
    kind: 'head',
    role: 'head',
    label: `${manifest.name} zero-shot head`,
  });
}

/**
 * Checks that the text tower can tell the classes apart: a tokenizer may know none of their words, or cut them off.
 *
 * @throws {AppError} `invalid_input` naming two classes that have the same tokens in every prompt
 */
function assertDistinct(
  names: readonly string[],
  prompts: readonly string[],
  { tokens }: TokenizedTexts,
): void {
  const perClass = prompts.length / names.length;
  const size = tokens.length / names.length;
  const seen = new Map<string, string>();
  for (const [c, name] of names.entries()) {
    const key = tokens.subarray(c * size, (c + 1) * size).join();
    const other = seen.get(key);
    // Published lists have names twice, such as ImageNet's missile.
    if (other !== undefined && other.toLowerCase() !== name.toLowerCase()) {
      throw new AppError(
        'invalid_input',
        `To this text tower “${other}” and “${name}” are the same, as in “${prompts[c * perClass]}”: its tokenizer does not know their words, or cuts them off. Use shorter prompts, or names of words that it was trained on.`,
        { classes: [other, name] },
      );
    }
    seen.set(key, name);
  }
}

/** Returns the un-normalized features of prompts, one row each. */
async function encodePrompts(
  { architecture, params }: StoredTextEncoder,
  { tokens, endPositions }: TokenizedTexts,
  context: RunContext,
): Promise<Float32Array> {
  const { length: count } = endPositions;
  const { contextLength: L } = architecture;
  const encode = textEncoder(architecture);
  const features = new Float32Array(count * architecture.featureSize);
  const meter = context.meter('encoding prompts', { total: count, unit: 'prompts' });
  const theta = treeFromArrays(params);
  try {
    for (let start = 0; start < count; start += BATCH_SIZE) {
      const end = Math.min(count, start + BATCH_SIZE);
      const encoded = encode<Tensor>(theta, {
        tokens: tokens.subarray(start * L, end * L),
        endPositions: endPositions.slice(start, end),
      });
      features.set(readTensor(encoded), start * architecture.featureSize);
      encoded.dispose();
      meter.update(end);
      await context.breathe();
    }
  } finally {
    disposeTree(theta);
  }
  return features;
}
