import type { TransformerSizes, VisionArchitecture } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { textNameMap, toHuggingFace, visionNameMap } from '../hugging-face/parameter-names';
import type { StoredModel } from '../model-file';
import type { StoredTextEncoder } from '../text-encoder-file';
import { findEndToken } from '../tokenizer';
import { hiddenSize } from '../transformer-parameters';
import { jsonFile, tensorFile, textFile, type ExportedFile } from './exported-file';

/** A text tower and the tokenizer.json that belongs to it, if there is one. */
export interface ExportedText {
  readonly encoder: StoredTextEncoder;
  readonly tokenizer: string | null;
}

/** What transformers calls the activations. */
const activationNames = { quickGelu: 'quick_gelu', gelu: 'gelu' } as const;

/**
 * Writes a model as a folder that transformers opens: with a text tower as CLIPModel, without one as
 * CLIPVisionModelWithProjection.
 *
 * @param model the image encoder
 * @param text the text tower of the same checkpoint, or null
 * @returns the files of the folder
 */
export function huggingFaceFolder(model: StoredModel, text: ExportedText | null): ExportedFile[] {
  const { architecture, params, preprocessing } = model;
  const vision = toHuggingFace(visionNameMap(architecture), params);
  const processor = jsonFile('preprocessor_config.json', processorConfig(architecture, preprocessing));
  if (text === null) {
    const config = {
      architectures: ['CLIPVisionModelWithProjection'],
      model_type: 'clip_vision_model',
      projection_dim: architecture.featureSize,
      ...visionConfig(architecture),
    };
    return [jsonFile('config.json', config), processor, tensorFile('model.safetensors', vision)];
  }
  const { encoder, tokenizer } = text;
  const end = tokenizer === null ? null : findEndToken(tokenizer);
  const config = {
    architectures: ['CLIPModel'],
    model_type: 'clip',
    projection_dim: architecture.featureSize,
    logit_scale_init_value: encoder.logitScale,
    vision_config: { model_type: 'clip_vision_model', ...visionConfig(architecture) },
    text_config: {
      model_type: 'clip_text_model',
      ...towerConfig(encoder.architecture),
      vocab_size: encoder.architecture.vocabularySize,
      max_position_embeddings: encoder.architecture.contextLength,
      // To transformers 2 means: the token of the highest number ends a text, as in OpenAI's code.
      eos_token_id: end === null || end.isHighest ? 2 : end.id,
    },
  };
  const logitScale: NamedArray = { shape: [], data: Float32Array.of(encoder.logitScale) };
  const tensors = new Map([
    ...vision,
    ...toHuggingFace(textNameMap(encoder.architecture), encoder.params),
    ['logit_scale', logitScale],
  ]);
  return [
    jsonFile('config.json', config),
    processor,
    tensorFile('model.safetensors', tensors),
    ...(tokenizer === null || end === null
      ? []
      : tokenizerFiles(tokenizer, end.isHighest, encoder.architecture.contextLength)),
  ];
}

/** A tokenizer of whole words is none that transformers calls CLIP's: it is described by its file alone. */
function tokenizerFiles(tokenizer: string, isClip: boolean, contextLength: number): ExportedFile[] {
  return [
    textFile('tokenizer.json', tokenizer),
    jsonFile('tokenizer_config.json', {
      tokenizer_class: isClip ? 'CLIPTokenizer' : 'PreTrainedTokenizerFast',
      bos_token: '<|startoftext|>',
      eos_token: '<|endoftext|>',
      unk_token: isClip ? '<|endoftext|>' : '<|unknown|>',
      pad_token: '<|endoftext|>',
      model_max_length: contextLength,
    }),
  ];
}

function visionConfig(architecture: VisionArchitecture): Record<string, unknown> {
  return {
    ...towerConfig(architecture),
    image_size: architecture.imageSize,
    patch_size: architecture.patchSize,
    num_channels: 3,
  };
}

function towerConfig(sizes: TransformerSizes): Record<string, unknown> {
  return {
    hidden_size: sizes.width,
    intermediate_size: hiddenSize(sizes),
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    hidden_act: activationNames[sizes.activation],
    layer_norm_eps: 1e-5,
    projection_dim: sizes.featureSize,
  };
}

function processorConfig(
  { imageSize }: VisionArchitecture,
  { mean, std }: StoredModel['preprocessing'],
): Record<string, unknown> {
  return {
    image_processor_type: 'CLIPImageProcessor',
    do_resize: true,
    size: { shortest_edge: imageSize },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: imageSize, width: imageSize },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
    do_convert_rgb: true,
  };
}
