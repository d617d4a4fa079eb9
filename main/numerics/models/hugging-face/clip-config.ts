import { z } from 'zod';
import { AppError } from '#contract/errors';
import type {
  Preprocessing,
  TextArchitecture,
  TransformerSizes,
  VisionArchitecture,
} from '#contract/specs/common';
import { textArchitectureSchema, visionArchitectureSchema } from '#contract/specs/common';
import { checkContent, parseJsonFile } from '../parse-json';

/** What the configuration of a Hugging Face CLIP folder says. */
export interface ClipConfig {
  readonly vision: VisionArchitecture;
  /** Null for an image tower alone (CLIPVisionModelWithProjection). */
  readonly text: TextArchitecture | null;
  /** Null if no file says it. */
  readonly preprocessing: Preprocessing | null;
  /** Steps of the image processor that this program does not do, in words. */
  readonly warnings: readonly string[];
}

const LAYER_NORM_EPSILON = 1e-5;

/** Pillow's number of the bicubic filter. */
const BICUBIC = 3;

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
const visionSchema = z.object({
  ...towerFields(768, 3072, 12),
  image_size: count(224),
  patch_size: count(32),
  num_channels: count(3),
});
const configSchema = z.discriminatedUnion('model_type', [
  z.object({
    model_type: z.literal('clip'),
    projection_dim: count(512),
    vision_config: visionSchema.prefault({}),
    text_config: z
      .object({
        ...towerFields(512, 2048, 8),
        vocab_size: count(49_408),
        max_position_embeddings: count(77),
      })
      .prefault({}),
  }),
  visionSchema.extend({ model_type: z.literal('clip_vision_model'), projection_dim: count(512) }),
]);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const processorSchema = z.object({
  image_mean: channels.optional(),
  image_std: channels.optional(),
  do_normalize: z.boolean().default(true),
  do_rescale: z.boolean().default(true),
  do_resize: z.boolean().default(true),
  do_center_crop: z.boolean().default(true),
  /** Pillow's number of a filter; 3 is bicubic. */
  resample: z.number().default(3),
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
  const file = `${label}/config.json`;
  const config = parseJsonFile(configSchema, configText, file);
  const vision = config.model_type === 'clip' ? config.vision_config : config;
  const text = config.model_type === 'clip' ? config.text_config : null;
  if (vision.num_channels !== 3) throw unsupported(file, 'num_channels', vision.num_channels);
  return {
    vision: checkContent(visionArchitectureSchema, file, {
      imageSize: vision.image_size,
      patchSize: vision.patch_size,
      ...towerSizes(vision, config.projection_dim, file),
    }),
    text:
      text === null
        ? null
        : checkContent(textArchitectureSchema, file, {
            vocabularySize: text.vocab_size,
            contextLength: text.max_position_embeddings,
            ...towerSizes(text, config.projection_dim, file),
          }),
    ...readProcessor(processorText, label),
  };
}

function towerSizes(
  sizes: z.output<z.ZodObject<ReturnType<typeof towerFields>>>,
  featureSize: number,
  file: string,
): TransformerSizes {
  if (sizes.layer_norm_eps !== LAYER_NORM_EPSILON)
    throw unsupported(file, 'layer_norm_eps', sizes.layer_norm_eps);
  const activation = activations[sizes.hidden_act];
  if (activation === undefined) throw unsupported(file, 'hidden_act', sizes.hidden_act);
  return {
    width: sizes.hidden_size,
    layers: sizes.num_hidden_layers,
    heads: sizes.num_attention_heads,
    mlpRatio: sizes.intermediate_size / sizes.hidden_size,
    featureSize,
    activation,
  };
}

function readProcessor(text: string | null, label: string): Pick<ClipConfig, 'preprocessing' | 'warnings'> {
  if (text === null) return { preprocessing: null, warnings: [] };
  const processor = parseJsonFile(processorSchema, text, `${label}/preprocessor_config.json`);
  const { image_mean: mean, image_std: std, resample } = processor;
  const skipped = (['do_resize', 'do_center_crop', 'do_rescale', 'do_normalize'] as const).filter(
    (step) => !processor[step],
  );
  const warnings = skipped.map(
    (step) => `preprocessor_config.json switches ${step} off; this program does it all the same`,
  );
  if (resample !== BICUBIC) {
    warnings.push(
      `preprocessor_config.json asks for resampling filter ${resample}; this program resizes bicubically`,
    );
  }
  return { preprocessing: mean && std ? { mean, std } : null, warnings };
}

function unsupported(file: string, field: string, value: string | number): AppError {
  return new AppError('checkpoint_format', `${file}: ${field} ${value} is not supported.`, { file, field });
}

const activations: Readonly<Partial<Record<string, VisionArchitecture['activation']>>> = {
  quick_gelu: 'quickGelu',
  gelu: 'gelu',
};
