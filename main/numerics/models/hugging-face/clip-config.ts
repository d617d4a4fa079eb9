import { z } from 'zod';
import { AppError } from '#contract/errors';
import type { Preprocessing, TextArchitecture, VisionArchitecture } from '#contract/specs/common';
import { textArchitectureSchema, visionArchitectureSchema } from '#contract/specs/common';
import { describeIssues } from '#contract/specs/index';

/** What the configuration of a Hugging Face CLIP folder says. */
export interface ClipConfig {
  readonly vision: VisionArchitecture;
  readonly text: TextArchitecture;
  readonly preprocessing: Preprocessing;
}

/** OpenAI CLIP's pixel statistics, which Hugging Face's image processor takes where a file names none. */
const CLIP_PREPROCESSING: Preprocessing = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

const LAYER_NORM_EPSILON = 1e-5;

// Defaults are those of transformers' CLIPConfig: its files may leave out what equals them.
const count = (byDefault: number) => z.int().min(1).default(byDefault);
const towerFields = (width: number, hidden: number, heads: number) => ({
  hidden_size: count(width),
  intermediate_size: count(hidden),
  num_hidden_layers: count(12),
  num_attention_heads: count(heads),
  hidden_act: z.string().default('quick_gelu'),
  layer_norm_eps: z.number().default(LAYER_NORM_EPSILON),
});
const configSchema = z.object({
  model_type: z.literal('clip'),
  projection_dim: count(512),
  vision_config: z
    .object({
      ...towerFields(768, 3072, 12),
      image_size: count(224),
      patch_size: count(32),
      num_channels: count(3),
    })
    .prefault({}),
  text_config: z
    .object({
      ...towerFields(512, 2048, 8),
      vocab_size: count(49_408),
      max_position_embeddings: count(77),
    })
    .prefault({}),
});
const channels = z.tuple([z.number(), z.number(), z.number()]);
const processorSchema = z.object({
  image_mean: channels.default(CLIP_PREPROCESSING.mean),
  image_std: channels.default(CLIP_PREPROCESSING.std),
});

/**
 * Reads the configuration of a Hugging Face CLIP folder.
 *
 * @param configText content of config.json
 * @param processorText content of preprocessor_config.json; null if there is none
 * @param label the folder, for messages
 * @returns sizes of both towers and how images are prepared
 * @throws {AppError} `checkpoint_format` naming the field that is missing, wrong or not supported
 */
export function parseClipConfig(configText: string, processorText: string | null, label: string): ClipConfig {
  const config = parse(configSchema, configText, `${label}/config.json`);
  const processor = parse(processorSchema, processorText ?? '{}', `${label}/preprocessor_config.json`);
  const { vision_config: vision, text_config: text, projection_dim: featureSize } = config;
  const unsupported = (field: string, value: string | number) =>
    new AppError('checkpoint_format', `${label}/config.json: ${field} ${value} is not supported.`, {
      file: label,
      field,
    });
  if (vision.num_channels !== 3) throw unsupported('vision_config.num_channels', vision.num_channels);
  const tower = (name: 'vision_config' | 'text_config') => {
    const sizes = config[name];
    if (sizes.layer_norm_eps !== LAYER_NORM_EPSILON) {
      throw unsupported(`${name}.layer_norm_eps`, sizes.layer_norm_eps);
    }
    const activation = activations[sizes.hidden_act];
    if (activation === undefined) throw unsupported(`${name}.hidden_act`, sizes.hidden_act);
    return {
      width: sizes.hidden_size,
      layers: sizes.num_hidden_layers,
      heads: sizes.num_attention_heads,
      mlpRatio: sizes.intermediate_size / sizes.hidden_size,
      featureSize,
      activation,
    };
  };
  return {
    vision: check(visionArchitectureSchema, label, {
      imageSize: vision.image_size,
      patchSize: vision.patch_size,
      ...tower('vision_config'),
    }),
    text: check(textArchitectureSchema, label, {
      vocabularySize: text.vocab_size,
      contextLength: text.max_position_embeddings,
      ...tower('text_config'),
    }),
    preprocessing: { mean: processor.image_mean, std: processor.image_std },
  };
}

const activations: Readonly<Partial<Record<string, VisionArchitecture['activation']>>> = {
  quick_gelu: 'quickGelu',
  gelu: 'gelu',
};

function parse<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('checkpoint_format', `${file} is not JSON.`, { file }, { cause });
  }
  return check(schema, file, value);
}

function check<S extends z.ZodType>(schema: S, file: string, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('checkpoint_format', `${file}: ${describeIssues(result.error)}`, { file });
}
