import type { NamedArray } from '#numerics/engine/tensor';
import type { StoredModel } from '../model-file';
import { findEndToken } from '../tokenizer';
import { jsonFile, tensorFile, type ExportedFile } from './exported-file';
import type { ExportedText } from './hugging-face-folder';

/**
 * Writes a model as a state dict with open_clip's names. With a text tower, `open_clip.create_model` opens
 * the folder as `local-dir:<folder>`; without one, the file holds the `visual.*` parameters alone.
 *
 * @param model the image encoder
 * @param text the text tower of the same checkpoint, or null
 * @returns the files of the folder
 */
export function openClipFolder(model: StoredModel, text: ExportedText | null): ExportedFile[] {
  const name = 'open_clip_model.safetensors';
  if (text === null) return [tensorFile(name, model.params)];
  const { architecture, preprocessing } = model;
  const { encoder, tokenizer } = text;
  const end = tokenizer === null ? null : findEndToken(tokenizer);
  const logitScale: NamedArray = { shape: [], data: Float32Array.of(encoder.logitScale) };
  return [
    tensorFile(name, new Map([...model.params, ...encoder.params, ['logit_scale', logitScale]])),
    jsonFile('open_clip_config.json', {
      model_cfg: {
        embed_dim: architecture.featureSize,
        quick_gelu: architecture.activation === 'quickGelu',
        vision_cfg: {
          image_size: architecture.imageSize,
          layers: architecture.layers,
          width: architecture.width,
          head_width: architecture.width / architecture.heads,
          mlp_ratio: architecture.mlpRatio,
          patch_size: architecture.patchSize,
        },
        text_cfg: {
          context_length: encoder.architecture.contextLength,
          vocab_size: encoder.architecture.vocabularySize,
          width: encoder.architecture.width,
          heads: encoder.architecture.heads,
          layers: encoder.architecture.layers,
          mlp_ratio: encoder.architecture.mlpRatio,
          // Otherwise open_clip takes the feature at the token of the highest number, as OpenAI's code does.
          ...(end === null || end.isHighest ? {} : { pool_type: 'eos', eos_id: end.id }),
        },
      },
      preprocess_cfg: { mean: preprocessing.mean, std: preprocessing.std, interpolation: 'bicubic' },
    }),
  ];
}
