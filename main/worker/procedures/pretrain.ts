import { sha256 } from '#artifacts/sha256';
import { AppError } from '#contract/errors';
import { runSpecText, type RunSpecOf } from '#contract/specs/index';
import { captionedSplit } from '#numerics/data/captioned-images';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { openStarterPool } from '#numerics/data/starter/starter-pool';
import { canvasSize } from '#numerics/data/starter/world/canvas';
import { longestCaption, starterVocabulary } from '#numerics/data/starter/world/captions';
import type { NamedArray } from '#numerics/engine/tensor';
import { encodeModel } from '#numerics/models/model-file';
import { storedTensors } from '#numerics/models/stored-tensor';
import { writeTextEncoder } from '#numerics/models/text-encoder-file';
import { initializeText } from '#numerics/models/text-parameters';
import { textEncoder } from '#numerics/models/text-transformer';
import { makeTokenizer, markCount, wordsOf, wordTokenizerJson } from '#numerics/models/tokenizer';
import { initializeVision } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { contrastiveGradient, LOGIT_SCALE } from '#numerics/train/contrastive-gradient';
import type { RunContext } from '../run-context';
import { assertTrainingFits } from './assert-fits';
import { collectWords } from './caption-words';
import { captionBatches, type WeightedSource } from './caption-batches';
import { loadImages, loadManifest } from './load-inputs';
import { train } from './training-loop';
import { withBatch } from './with-batch';

type Spec = RunSpecOf<'pretrain'>;

/** Trains a small CLIP, both towers together, on images with captions. */
export async function pretrain(spec: Spec, context: RunContext): Promise<void> {
  const { params, seed } = spec;
  const { image, schedule } = params;
  const imageParams = initializeVision(image, seed);
  assertTrainingFits(
    { architecture: image, params: imageParams, mode: 'standard', batchSize: schedule.batchSize },
    context,
  );
  const { sources, words } = await openSources(spec, context);
  const text = { ...params.text, vocabularySize: words.length + markCount };
  const tokenizer = wordTokenizerJson(words);
  const tokenize = makeTokenizer(tokenizer, text.contextLength, 'the tokenizer');
  const keys = new Map<string, string>();
  const keyOf = (caption: string): string => {
    const key = keys.get(caption) ?? tokenize([caption]).tokens.join();
    keys.set(caption, key);
    return key;
  };
  const towers = { image: imageEncoder(image), text: textEncoder(text) };

  const initial = new Map<string, NamedArray>([
    ...imageParams,
    ...initializeText(text, seed),
    [LOGIT_SCALE, { shape: [], data: Float32Array.of(Math.log(params.initialLogitScale)) }],
  ]);
  const trained = await train({
    phase: 'pre-training',
    initial,
    optimizer: params.optimizer,
    decayed: 'matrices',
    schedule,
    context,
    batchesFrom: (step) => captionBatches(sources, { ...schedule, ...params, seed, from: step, keyOf }),
    gradientAt: (theta, { captions, labels: captionOf, ...batch }) => {
      const texts = tokenize(captions);
      return withBatch({ ...batch, labels: captionOf }, (pixels) =>
        contrastiveGradient(towers, theta, { pixels, texts, captionOf }, params.largestLogitScale),
      );
    },
  });
  // The last step may have gone past the bound that training evaluates with.
  const [logScale] = trained.get(LOGIT_SCALE)!.data;
  trained.set(LOGIT_SCALE, {
    shape: [],
    data: Float32Array.of(Math.min(logScale, Math.log(params.largestLogitScale))),
  });
  await outputTowers(spec, { trained, text, tokenizer }, context);
}

/** Opens the images with captions, and lists the words that the captions are made of. */
async function openSources(
  spec: Spec,
  context: RunContext,
): Promise<{ readonly sources: readonly WeightedSource[]; readonly words: readonly string[] }> {
  const { source, image, preprocessing, text } = spec.params;
  const room = text.vocabularySize - markCount;
  if (source.from === 'starter') {
    const tokens = longestCaption + 2;
    if (image.imageSize !== canvasSize || room < starterVocabulary.length || text.contextLength < tokens) {
      throw new AppError(
        'invalid_input',
        `The starter's images are ${canvasSize} pixels wide, and its captions have ${starterVocabulary.length} different words and up to ${tokens} tokens: set imageSize to ${canvasSize}, vocabularySize to ${starterVocabulary.length + markCount} at least, and contextLength to ${tokens} at least.`,
        {
          imageSize: image.imageSize,
          vocabularySize: text.vocabularySize,
          contextLength: text.contextLength,
        },
      );
    }
    const { jitterPixels } = source;
    const sources = source.pools.map(({ weight, ...pool }) => ({
      source: openStarterPool({ ...pool, seed: spec.seed, preprocessing, jitterPixels }),
      weight,
      isVaried: jitterPixels > 0,
    }));
    return { sources, words: starterVocabulary };
  }
  const splits: DatasetSplit[] = [];
  for (const id of spec.inputs.datasets) {
    const manifest = await loadManifest(context, id);
    const model = { architecture: image, preprocessing };
    splits.push(
      await loadImages(context, manifest, 'train', model, {
        augmentation: source.augmentation,
      }),
    );
  }
  const { words, omitted } = collectWords(splits, room);
  if (omitted > 0) context.warn(`${omitted} rare words of the captions are not in the vocabulary`);
  const cut = countLonger(splits, text.contextLength - 2);
  if (cut > 0) {
    context.warn(
      `${cut} images have captions of more than ${text.contextLength - 2} words, which lose their last ones; --context gives them room`,
    );
  }
  const sources = splits.map((split, index) => ({
    source: captionedSplit(split),
    weight: source.weights[index],
    isVaried: source.augmentation !== 'none',
  }));
  return { sources, words };
}

/** Counts images whose captions have more than so many words. */
function countLonger(splits: readonly DatasetSplit[], most: number): number {
  return splits.reduce((sum, { classes, labels }) => {
    const isLonger = classes.map((caption) => wordsOf(caption).length > most);
    return sum + labels.reduce((count, label) => count + (isLonger[label] ? 1 : 0), 0);
  }, 0);
}

/** Stores what was trained; both towers have the specification as their origin, so their heads belong together. */
async function outputTowers(
  spec: Spec,
  made: {
    readonly trained: ReadonlyMap<string, NamedArray>;
    readonly text: Spec['params']['text'];
    readonly tokenizer: string;
  },
  context: RunContext,
): Promise<void> {
  const { name, image, preprocessing } = spec.params;
  const origin = sha256(runSpecText(spec));
  const take = (isWanted: (parameter: string) => boolean) =>
    new Map([...made.trained].filter(([parameter]) => isWanted(parameter)));
  const params = take((parameter) => parameter.startsWith('visual.'));
  const facts = { name, architecture: image, preprocessing, naming: 'open-clip', doubts: [] } as const;
  await context.output(encodeModel({ ...facts, origin, params }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
  const textParams = storedTensors(take((parameter) => !params.has(parameter)));
  const stored = await context.storeStream((write) =>
    writeTextEncoder({ name, architecture: made.text, origin }, textParams, write),
  );
  context.announce(stored, { kind: 'text-encoder', role: 'textEncoder', label: `${name} text encoder` });
  await context.output(new TextEncoder().encode(made.tokenizer), {
    kind: 'tokenizer',
    role: 'tokenizer',
    label: `${name} tokenizer`,
  });
}
