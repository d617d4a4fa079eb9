import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintSource } from '#artifacts/fingerprint';
import type { RunEventBody } from '#contract/events';
import { runSpecSchemas, type RunSpecOf } from '#contract/specs/index';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { drawSources } from '#worker/procedures/caption-batches';
import { decodeTextEncoder } from '#numerics/models/text-encoder-file';
import { collectWords } from '#worker/procedures/caption-words';
import { Cancelled, type RunContext } from '#worker/run-context';
import { importDatasetParams, RunLab, type LabRun } from '#test/support/run-lab';
import { encodeSample } from '#test/support/sample-image';
import { sharedTempFolder } from '#test/support/temp-folder';
import { testEngines } from '#test/support/test-engines';

const tower = {
  width: 16,
  layers: 1,
  heads: 2,
  mlpRatio: 2,
  featureSize: 16,
  activation: 'quickGelu',
} as const;

/** A tiny CLIP on drawn images. */
function starterSpec(seed = 0): RunSpecOf<'pretrain'> {
  const pools = (['signs', 'digits', 'pairs'] as const).map((domain) => ({
    domain,
    images: 48,
    weight: 1,
    largestShift: 0.3,
  }));
  return {
    kind: 'pretrain',
    specVersion: 2,
    params: {
      name: 'tiny CLIP',
      image: { imageSize: 32, patchSize: 8, ...tower },
      text: { vocabularySize: 256, contextLength: 9, ...tower },
      preprocessing: { mean: [0.45, 0.45, 0.45], std: [0.27, 0.27, 0.27] },
      source: { from: 'starter', pools, jitterPixels: 2 },
      sourcesPerBatch: 2,
      initialLogitScale: 14,
      largestLogitScale: 100,
      optimizer: { learningRate: 3e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.05 },
      schedule: { steps: 20, warmupSteps: 2, batchSize: 16, clipNorm: 1, checkpointEvery: 4 },
      engine: 'wasm',
    },
    inputs: { datasets: [] },
    seed,
  };
}

/** Cancels when the loss of a step was told. */
const cancelAt = (step: number) => (event: RunEventBody, context: RunContext) => {
  if (event.type === 'metric' && event.name === 'loss' && event.step === step) context.cancel();
};

function lossesOf({ events }: LabRun): number[] {
  return events.flatMap((event) => (event.type === 'metric' && event.name === 'loss' ? [event.value] : []));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(testEngines.filter((engine) => engine !== 'cpu'))('pre-training on the %s engine', (engine) => {
  const lab = new RunLab(sharedTempFolder());
  const undisturbed = new RunLab(lab.root, 'undisturbed');

  beforeAll(async () => {
    await startEngine(engine);
  });

  it('makes both towers and the tokenizer that they were trained with', async () => {
    const { outputs } = await lab.run(starterSpec(1));
    expect(Object.keys(outputs).sort()).toEqual(['model', 'textEncoder', 'tokenizer']);
    const tokenizer = JSON.stringify(await lab.json(outputs.tokenizer));
    for (const word of ['"photo', '"stop', '"seven']) expect(tokenizer).toContain(word);
  });

  it('ends in the same bits whether or not it was stopped on the way', async () => {
    const spec = starterSpec(2);
    const whole = await undisturbed.run(spec);
    for (const step of [2, 9, 18])
      await expect(lab.run(spec, cancelAt(step))).rejects.toBeInstanceOf(Cancelled);
    const resumed = await lab.run(spec);
    expect(resumed.events).toContainEqual({ type: 'log', level: 'info', message: 'continues after step 19' });
    expect(resumed.outputs).toEqual(whole.outputs);
    const tail = (events: readonly RunEventBody[]) =>
      events.filter((event) => event.type === 'metric' && event.step >= 19);
    expect(tail(resumed.events)).toEqual(tail(whole.events));
  });

  it('lowers its loss', async () => {
    const spec = starterSpec(3);
    const schedule = { ...spec.params.schedule, steps: 120, warmupSteps: 10, checkpointEvery: 1000 };
    const losses = lossesOf(await lab.run({ ...spec, params: { ...spec.params, schedule } }));
    expect(losses).toHaveLength(120);
    expect(mean(losses.slice(-20))).toBeLessThan(0.85 * mean(losses.slice(0, 20)));
  });

  it('keeps no tensor, also when it is stopped', async () => {
    await lab.run(starterSpec(4));
    const before = engineMemory();
    await lab.run(starterSpec(5));
    await expect(lab.run(starterSpec(6), cancelAt(3))).rejects.toBeInstanceOf(Cancelled);
    expect(engineMemory()).toEqual(before);
  });

  it('leaves the logit scale within its bound', async () => {
    const spec = starterSpec(9);
    const params = { ...spec.params, largestLogitScale: spec.params.initialLogitScale };
    const { outputs } = await lab.run({ ...spec, params });
    const encoder = decodeTextEncoder(await lab.context().artifacts.read(outputs.textEncoder), 'it');
    expect(encoder.logitScale).toBeLessThanOrEqual(Math.fround(Math.log(params.largestLogitScale)));
  });

  it('depends on the seed, and on whether images are moved', async () => {
    const spec = starterSpec(7);
    const still = { ...spec, params: { ...spec.params, source: { ...spec.params.source, jitterPixels: 0 } } };
    const made = [await lab.run(spec), await lab.run(starterSpec(8)), await lab.run(still)];
    expect(new Set(made.map(({ outputs }) => outputs.model)).size).toBe(3);
  });

  it.each([
    ['images of another size', { image: { imageSize: 16, patchSize: 8, ...tower } }],
    [
      'a vocabulary without room for its words',
      { text: { ...starterSpec().params.text, vocabularySize: 20 } },
    ],
    ['texts too short for its captions', { text: { ...starterSpec().params.text, contextLength: 8 } }],
  ])('refuses the starter with %s', async (_, changes) => {
    const spec = starterSpec();
    await expect(lab.run({ ...spec, params: { ...spec.params, ...changes } })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('set imageSize to 32') as string,
    });
  });

  describe('on a dataset of images with captions', () => {
    const captions = ['A red bus', 'a red bird on a roof', 'two dogs'];
    let dataset = '';

    const captionSpec = (vocabularySize: number): RunSpecOf<'pretrain'> => {
      const spec = starterSpec(9);
      const params = {
        ...spec.params,
        text: { ...spec.params.text, vocabularySize },
        source: {
          from: 'captions' as const,
          weights: [1],
          augmentation: 'random-resized-crop' as const,
        },
        sourcesPerBatch: 1,
        schedule: { ...spec.params.schedule, steps: 6, batchSize: 6 },
      };
      return { ...spec, params, inputs: { datasets: [dataset] } };
    };

    beforeAll(async () => {
      const folder = join(lab.root, 'captioned');
      for (const [index, caption] of captions.entries()) {
        mkdirSync(join(folder, 'train', caption), { recursive: true });
        for (const copy of [0, 1, 2, 3]) {
          const file = join(folder, 'train', caption, `${copy}.png`);
          writeFileSync(file, await encodeSample(10 * index + copy));
        }
      }
      const params = importDatasetParams('captioned', await fingerprintSource(folder));
      const imported = await lab.run({
        kind: 'import-dataset',
        specVersion: runSpecSchemas['import-dataset'].shape.specVersion.value,
        params,
        inputs: {},
        seed: 0,
      });
      ({ dataset } = imported.outputs);
    });

    it('takes the names of its classes for captions, and their words for the vocabulary', async () => {
      const { outputs, warnings } = await lab.run(captionSpec(64));
      expect(warnings).toEqual([]);
      const tokenizer = JSON.stringify(await lab.json(outputs.tokenizer));
      for (const word of ['red', 'bird', 'roof', 'dogs']) expect(tokenizer).toContain(`"${word}`);
      expect(tokenizer).not.toContain('"A');
    });

    it('says how many words the vocabulary has no room for', async () => {
      const { warnings } = await lab.run(captionSpec(6));
      expect(warnings.join()).toMatch(/\d+ rare words of the captions are not in the vocabulary/);
    });

    it('ends in the same bits whether or not it was stopped on the way', async () => {
      const spec = captionSpec(32);
      const whole = await undisturbed.run(spec);
      await expect(lab.run(spec, cancelAt(3))).rejects.toBeInstanceOf(Cancelled);
      expect((await lab.run(spec)).outputs).toEqual(whole.outputs);
    });
  });
});

describe('drawSources', () => {
  const draw = (weights: readonly number[], count: number, step: number) =>
    drawSources(weights, count, new RandomStream(1, 'test', step));

  it('draws different sources, as many as are asked for', () => {
    for (let step = 0; step < 50; step++) {
      expect([...draw([1, 5, 0.1, 2], 4, step)].sort()).toEqual([0, 1, 2, 3]);
      expect(new Set(draw([1, 5, 0.1, 2], 2, step)).size).toBe(2);
    }
  });

  it('draws each as often as its weight says', () => {
    const steps = 4000;
    const counts = [0, 0, 0];
    for (let step = 0; step < steps; step++) counts[draw([1, 2, 5], 1, step)[0]] += 1;
    // Four standard deviations of a share of one half.
    const tolerance = 4 * Math.sqrt(0.25 / steps);
    [1 / 8, 2 / 8, 5 / 8].forEach((share, index) => {
      expect(Math.abs(counts[index] / steps - share)).toBeLessThan(tolerance);
    });
  });

  it('depends on its stream alone', () => {
    expect(draw([1, 2, 3], 2, 7)).toEqual(draw([1, 2, 3], 2, 7));
  });
});

describe('collectWords', () => {
  const split = { classes: ['A red bus.', ' red_"bird"! ', 'never seen'], labels: Int32Array.of(0, 0, 1) };

  it('lists the words of the images’ captions in lower case and in order, without punctuation', () => {
    expect(collectWords([split], 100)).toEqual({ words: ['a', 'bird', 'bus', 'red'], omitted: 0 });
  });

  it('keeps the most frequent where there is not room for all, and counts the others', () => {
    expect(collectWords([split], 3)).toEqual({ words: ['a', 'bus', 'red'], omitted: 1 });
    expect(collectWords([split], 0)).toEqual({ words: [], omitted: 4 });
    expect(collectWords([split], -2)).toEqual({ words: [], omitted: 4 });
  });

  it('counts a word of several splits together', () => {
    const other = { classes: ['bird'], labels: Int32Array.of(0, 0, 0) };
    expect(collectWords([split, other], 1)).toEqual({ words: ['bird'], omitted: 3 });
  });
});
