import type { NamedArray } from '#numerics/engine/tensor';
import type { StoredModel } from '../model-file';
import type { StoredTextEncoder } from '../text-encoder-file';
import { jsonFile, tensorFile, type ExportedFile } from './exported-file';

/**
 * Writes a model as a state dict with open_clip's names. With a text tower, `open_clip.create_model` opens
 * the folder as `local-dir:<folder>`; without one, the file holds the `visual.*` parameters alone.
 *
 * @param model the image encoder
 * @param text the text tower of the same checkpoint, or null
 * @returns the files of the folder
 */
export function openClipFolder(model: StoredModel, text: StoredTextEncoder | null): ExportedFile[] {
  const name = 'open_clip_model.safetensors';
  if (text === null) return [tensorFile(name, model.params)];
  const { architecture, preprocessing } = model;
  const logitScale: NamedArray = { shape: [], data: Float32Array.of(text.logitScale) };
  return [
    tensorFile(name, new Map([...model.params, ...text.params, ['logit_scale', logitScale]])),
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
          context_length: text.architecture.contextLength,
          vocab_size: text.architecture.vocabularySize,
          width: text.architecture.width,
          heads: text.architecture.heads,
          layers: text.architecture.layers,
          mlp_ratio: text.architecture.mlpRatio,
        },
      },
      preprocess_cfg: { mean: preprocessing.mean, std: preprocessing.std, interpolation: 'bicubic' },
    }),
  ];
}
