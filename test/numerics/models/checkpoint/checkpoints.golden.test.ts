import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import { disposeTree, subtractTrees, treeFromArrays } from '#numerics/autodiff/param-tree';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import type { ClipCheckpoint, ModelChoices } from '#numerics/models/checkpoint/clip-checkpoint';
import { openCheckpointFiles } from '#numerics/models/checkpoint/open-files';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { readAll, type StoredTensor } from '#numerics/models/stored-tensor';
import { textEncoder } from '#numerics/models/text-transformer';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { relativeError } from '#test/support/closeness';
import { toChannelsLast, wave } from '#test/support/wave';

interface Features {
  readonly image: readonly number[];
  readonly text: readonly number[];
}

const folder = join(import.meta.dirname, '../../../golden/checkpoints');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  readonly batch: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
} & Readonly<Record<'gelu' | 'bfloat16Projection' | 'quickGelu' | 'finetuned' | 'linearized', Features>>;

/** The golden models have 8 numbers a head, which no published model has. */
const choices: ModelChoices = { source: 'your choice', heads: 2, activation: null, preprocessing: null };

async function read<T>(
  name: string,
  use: (clip: ClipCheckpoint) => Promise<T>,
  mine: Partial<ModelChoices> = {},
): Promise<T> {
  const files = await openCheckpointFiles(join(folder, name));
  try {
    return await use(readClipCheckpoint(files, { ...choices, ...mine }));
  } finally {
    await files.close();
  }
}

async function withPixels(
  { vision }: ClipCheckpoint,
  compute: (pixels: Tensor) => Tensor,
): Promise<Float32Array> {
  const { imageSize: S } = vision.architecture;
  const pixels = createTensor(toChannelsLast(wave([expected.batch, 3, S, S], 50, 1.5), S), [
    expected.batch,
    S,
    S,
    3,
  ]);
  const features = compute(pixels);
  const values = readTensor(features);
  pixels.dispose();
  features.dispose();
  return Promise.resolve(values);
}

async function imageFeatures(
  clip: ClipCheckpoint,
  params: ReadonlyMap<string, StoredTensor> = clip.vision.params,
): Promise<Float32Array> {
  const theta = treeFromArrays(await readAll(params));
  const features = await withPixels(clip, (pixels) => imageEncoder(clip.vision.architecture)(theta, pixels));
  disposeTree(theta);
  return features;
}

async function textFeatures({ text }: ClipCheckpoint): Promise<Float32Array> {
  const theta = treeFromArrays(await readAll(text!.params));
  const tokens = Int32Array.from([18, 5, 3, 19, 0, 0, 0, 18, 4, 4, 7, 8, 9, 19]);
  const features = textEncoder(text!.architecture)<Tensor>(theta, { tokens, endPositions: [3, 6] });
  const values = readTensor(features);
  disposeTree(theta);
  features.dispose();
  return values;
}

const sourceOf = ({ facts }: ClipCheckpoint, field: string) =>
  facts.find((fact) => fact.field === field)?.source;

describe('a checkpoint of open_clip, against open_clip in float64', () => {
  beforeAll(async () => {
    await startEngine('wasm');
  });

  it.each(['training-checkpoint.pt', 'state-dict.bin', 'legacy.pt'])(
    'gives the features of both towers from %s',
    async (name) => {
      await read(
        name,
        async (clip) => {
          expect(relativeError(await imageFeatures(clip), expected.gelu.image)).toBeLessThan(1e-5);
          expect(relativeError(await textFeatures(clip), expected.gelu.text)).toBeLessThan(1e-5);
          expect((await clip.text!.logitScale.read())[0]).toBe(2.5);
        },
        { activation: 'gelu' },
      );
    },
  );

  it('gives them from a folder with a configuration, which says all that weights do not', async () => {
    await read(
      'open-clip',
      async (clip) => {
        expect(relativeError(await imageFeatures(clip), expected.bfloat16Projection.image)).toBeLessThan(
          1e-5,
        );
        expect(relativeError(await textFeatures(clip), expected.gelu.text)).toBeLessThan(1e-5);
        expect(clip.preprocessing).toEqual({ mean: expected.mean, std: expected.std });
        expect(sourceOf(clip, 'activation')).toBe('open_clip_config.json');
        expect(clip.vision.architecture).toMatchObject({ heads: 2, activation: 'gelu' });
        expect(clip.warnings).toEqual([]);
      },
      { heads: null },
    );
  });

  it('assumes QuickGELU where no file says the activation, and warns', async () => {
    await read('state-dict.bin', (clip) => {
      expect(clip.vision.architecture.activation).toBe('quickGelu');
      expect(clip.warnings).toEqual([expect.stringContaining('QuickGELU is assumed')]);
      return Promise.resolve();
    });
  });

  it('warns of a choice that contradicts the files', async () => {
    await read(
      'open-clip',
      (clip) => {
        expect(clip.vision.architecture.activation).toBe('quickGelu');
        expect(clip.warnings).toEqual([
          expect.stringMatching(
            /^activation: your choice says quickGelu, but open_clip_config.json says gelu/,
          ),
        ]);
        return Promise.resolve();
      },
      { activation: 'quickGelu' },
    );
  });

  it('asks for the number of heads where nothing tells it', async () => {
    const reading = read('state-dict.bin', () => Promise.resolve(), { heads: null });
    await expect(reading).rejects.toMatchObject({
      code: 'invalid_input',
      data: { option: 'heads', width: 16 },
    });
  });
});

describe('a TorchScript archive like those of OpenAI', () => {
  it('gives the features of both towers, with QuickGELU', async () => {
    await read('openai.pt', async (clip) => {
      expect(clip.vision.architecture.activation).toBe('quickGelu');
      expect(clip.warnings).toEqual([]);
      expect(relativeError(await imageFeatures(clip), expected.quickGelu.image)).toBeLessThan(1e-5);
      expect(relativeError(await textFeatures(clip), expected.quickGelu.text)).toBeLessThan(1e-5);
    });
  });
});

describe('a checkpoint of the reference implementation', () => {
  it.each([
    ['zeroshot.pt', expected.quickGelu],
    ['finetuned.pt', expected.finetuned],
  ])(
    'gives the features of the pickled encoder %s, and says from its classes what it is',
    async (name, { image }) => {
      await read(
        name,
        async (clip) => {
          expect(relativeError(await imageFeatures(clip), image)).toBeLessThan(1e-5);
          expect(sourceOf(clip, 'activation')).toMatch(/QuickGELU/);
          expect(sourceOf(clip, 'heads')).toBe('its attention modules');
          expect(clip.preprocessing).toEqual({ mean: expected.mean, std: expected.std });
          expect(clip.text).toBeNull();
          expect(clip.leftOut).toContain('token_embedding.weight');
          expect(clip.warnings).toEqual([]);
        },
        { heads: null },
      );
    },
  );

  it('gives the features of the linearised encoder from its numbered lists', async () => {
    await read('linear_finetuned.pt', async (clip) => {
      expect(relativeError(await imageFeatures(clip), expected.quickGelu.image)).toBeLessThan(1e-5);
      expect(
        relativeError(await imageFeatures(clip, clip.linearParams!), expected.finetuned.image),
      ).toBeLessThan(1e-5);
      const params0 = treeFromArrays(await readAll(clip.vision.params));
      const params = treeFromArrays(await readAll(clip.linearParams!));
      const tau = subtractTrees(params, params0);
      const encode = imageEncoder(clip.vision.architecture);
      const linearized: { values: Float32Array } = { values: new Float32Array() };
      const primal = await withPixels(clip, (pixels) => {
        const result = jvp((theta) => encode(theta, pixels), params0, tau);
        linearized.values = readTensor(result.tangent);
        result.tangent.dispose();
        return result.primal;
      });
      const sum = primal.map((value, i) => value + linearized.values[i]);
      expect(relativeError(sum, expected.linearized.image)).toBeLessThan(1e-5);
      [params0, params, tau].forEach(disposeTree);
    });
  });
});
