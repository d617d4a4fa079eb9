import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource } from '#numerics/files/byte-source';
import type { CheckpointFiles, ModelChoices } from '#numerics/models/checkpoint/clip-checkpoint';
import { openCheckpoint } from '#numerics/models/checkpoint/open-checkpoint';
import { readClipCheckpoint } from '#numerics/models/checkpoint/read-clip';
import { parseClipConfig } from '#numerics/models/hugging-face/clip-config';
import { toHuggingFace, visionNameMap } from '#numerics/models/hugging-face/parameter-names';
import { encodeSafetensors } from '#numerics/models/safetensors';
import { readAll } from '#numerics/models/stored-tensor';
import { makeTokenizer } from '#numerics/models/tokenizer';
import { initializeVision } from '#numerics/models/vision-parameters';
import { fuzz } from '#test/support/fuzz';
import { tinyArchitecture } from '#test/support/tiny-tower';

const TEN_MINUTES = 600_000;
const golden = join(import.meta.dirname, '../../../golden');
const choices: ModelChoices = { source: 'your choice', heads: 2, activation: null, preprocessing: null };
const config = readFileSync(join(golden, 'hugging-face-clip/config.json'), 'utf8');

async function readWhole(bytes: Uint8Array, files: Partial<CheckpointFiles>): Promise<void> {
  const weights = await openCheckpoint(memorySource(bytes, 'file', 'checkpoint_format'));
  const clip = readClipCheckpoint(
    { label: 'file', names: [], config: null, processor: null, openClipConfig: null, ...files, weights },
    choices,
  );
  await readAll(clip.vision.params);
  await readAll(clip.text?.params ?? new Map());
  await readAll(clip.linearParams ?? new Map());
}

describe('reading damaged checkpoints', { timeout: TEN_MINUTES }, () => {
  it('ends in the weights or in a typed error', async () => {
    const params = initializeVision(tinyArchitecture, 1);
    const visionConfig = JSON.stringify({
      model_type: 'clip_vision_model',
      projection_dim: 6,
      hidden_size: 16,
      intermediate_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      image_size: 8,
      patch_size: 4,
    });
    const originals = [
      encodeSafetensors(params, {}),
      encodeSafetensors(toHuggingFace(visionNameMap(tinyArchitecture), params), { format: 'pt' }),
      readFileSync(join(golden, 'checkpoints/zeroshot.pt')),
      readFileSync(join(golden, 'checkpoints/linear_finetuned.pt')),
    ];
    const result = await fuzz({
      originals,
      read: (bytes, which) => readWhole(bytes, which === 1 ? { config: visionConfig } : {}),
      allowed: ['checkpoint_format', 'params_mismatch', 'non_finite_params', 'invalid_input'],
    });
    expect(result.faults).toEqual([]);
    expect(result.accepted).toBeGreaterThan(0);
    expect(result.refused).toBeGreaterThan(0);
  });

  it('does so for configurations, too', async () => {
    const result = await fuzz({
      originals: [Buffer.from(config)],
      read: (bytes) =>
        parseClipConfig(Buffer.from(bytes).toString(), Buffer.from(bytes).toString(), 'folder'),
      allowed: ['checkpoint_format'],
    });
    expect(result.faults).toEqual([]);
  });

  it('does so for tokenizers, too', async () => {
    const tokenizer = JSON.stringify({
      added_tokens: [
        { id: 4, content: '<|startoftext|>', special: true },
        { id: 5, content: '<|endoftext|>', special: true },
      ],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
      post_processor: null,
      decoder: null,
      model: {
        type: 'BPE',
        unk_token: '<|endoftext|>',
        end_of_word_suffix: '</w>',
        vocab: { a: 0, b: 1, 'b</w>': 2, 'ab</w>': 3, '<|startoftext|>': 4, '<|endoftext|>': 5 },
        merges: ['a b</w>'],
      },
    });
    const result = await fuzz({
      originals: [Buffer.from(tokenizer)],
      read: (bytes) => makeTokenizer(Buffer.from(bytes).toString(), 8, 'tokenizer.json')(['ab b', 'x']),
      allowed: ['checkpoint_format'],
    });
    expect(result.faults).toEqual([]);
    expect(result.accepted).toBeGreaterThan(0);
  });
});
