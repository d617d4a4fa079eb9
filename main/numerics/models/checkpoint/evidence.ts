import { z } from 'zod';
import type { Preprocessing, VisionArchitecture } from '#contract/specs/common';
import { parseJsonFile } from '../parse-json';
import type { CheckpointFiles } from './clip-checkpoint';
import type { Evidence } from './facts';

type Activation = VisionArchitecture['activation'];

/** What open_clip_config.json says of what the weights do not tell. */
export interface OpenClipConfig {
  readonly activation: Activation | undefined;
  /** Of the image tower's heads. */
  readonly headWidth: number | undefined;
  readonly textHeads: number | undefined;
  readonly preprocessing: Preprocessing | undefined;
  /** What this program does otherwise, in words. */
  readonly warnings: readonly string[];
  /** Why the text tower would be computed wrongly here; null if it would not. */
  readonly textProblem: string | null;
}

/**
 * Settings of open_clip's text towers that this program computes, its default first. A feature is taken where a text
 * ends; `argmax` finds that place by the number of the end, and `eos` by naming it.
 */
const textSettings: Readonly<Record<string, readonly unknown[]>> = {
  pool_type: ['argmax', 'eos'],
  no_causal_mask: [false],
  embed_cls: [false],
};

/** OpenAI's pixel statistics, which open_clip and Hugging Face's image processor take where no file says any. */
export const CLIP_STATISTICS: Evidence<Preprocessing> = {
  value: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  },
  source: "CLIP's own statistics, as no file says otherwise",
  isFallback: true,
};

const silent: OpenClipConfig = {
  activation: undefined,
  headWidth: undefined,
  textHeads: undefined,
  preprocessing: undefined,
  warnings: [],
  textProblem: null,
};

const channels = z.tuple([z.number(), z.number(), z.number()]);
const openClipSchema = z.object({
  model_cfg: z.object({
    quick_gelu: z.boolean().default(false),
    vision_cfg: z.object({ head_width: z.int().min(1).default(64) }).loose(),
    text_cfg: z
      .looseObject({
        heads: z.int().min(1).optional(),
        hf_tokenizer_name: z.string().nullish(),
        hf_model_name: z.string().nullish(),
      })
      .default({}),
  }),
  preprocess_cfg: z
    .object({
      mean: channels.optional(),
      std: channels.optional(),
      interpolation: z.string().default('bicubic'),
      resize_mode: z.string().default('shortest'),
    })
    .prefault({}),
});

/**
 * Reads the configuration that open_clip stores beside its weights on the Hugging Face hub.
 *
 * @param text content of open_clip_config.json; null if there is none, which says nothing
 * @param label the folder, for messages
 * @throws {AppError} `checkpoint_format` if it is damaged
 */
export function parseOpenClipConfig(text: string | null, label: string): OpenClipConfig {
  if (text === null) return silent;
  const file = `${label}/open_clip_config.json`;
  const { model_cfg: model, preprocess_cfg: preprocess } = parseJsonFile(openClipSchema, text, file);
  const { text_cfg: textTower } = model;
  const foreign = Object.entries(textSettings).find(
    ([key, ours]) => !ours.includes(textTower[key] ?? ours[0]),
  );
  const tokenizer = textTower.hf_tokenizer_name ?? textTower.hf_model_name;
  const usual = { interpolation: 'bicubic', resize_mode: 'shortest' } as const;
  return {
    warnings: (['interpolation', 'resize_mode'] as const)
      .filter((key) => preprocess[key] !== usual[key])
      .map(
        (key) => `open_clip_config.json asks for ${key} ${preprocess[key]}; this program does ${usual[key]}`,
      ),
    textProblem:
      tokenizer != null
        ? `its texts are cut by another tokenizer (${tokenizer})`
        : foreign === undefined
          ? null
          : `open_clip_config.json sets ${foreign[0]} to ${String(textTower[foreign[0]])}`,
    textHeads: textTower.heads,
    activation: model.quick_gelu ? 'quickGelu' : 'gelu',
    headWidth: model.vision_cfg.head_width,
    preprocessing:
      preprocess.mean && preprocess.std ? { mean: preprocess.mean, std: preprocess.std } : undefined,
  };
}

/**
 * Lists what a file with open_clip's names, a TorchScript archive or a pickled module says of the activation.
 *
 * Sources: openai/CLIP `model.py` (QuickGELU); open_clip, where `-quickgelu` in a model's name and the tag
 * `openai` switch it on; the reference implementation, whose models without a tag are OpenAI's.
 *
 * @param files of the checkpoint
 * @param prefix in front of `visual.`
 * @param config what open_clip_config.json says
 */
export function activationEvidence(
  files: CheckpointFiles,
  prefix: string,
  config: OpenClipConfig,
): Evidence<Activation>[] {
  const { classes, container } = files.weights;
  const ofModule = classes.get(`${prefix}visual.transformer.resblocks.0.mlp.gelu`);
  const name = files.names.find((text) => /quick-?gelu|openai/i.test(text));
  return [
    { value: activationOfClass(ofModule), source: `the class of its MLPs (${ofModule ?? ''})` },
    { value: config.activation, source: 'open_clip_config.json' },
    {
      value: container === 'torchscript' ? 'quickGelu' : undefined,
      source: 'its container: OpenAI published TorchScript archives',
    },
    { value: name === undefined ? undefined : 'quickGelu', source: `its name (${name ?? ''})` },
  ];
}

function activationOfClass(name: string | undefined): Activation | undefined {
  const own = name?.split('.').at(-1)?.toLowerCase();
  if (own === 'quickgelu') return 'quickGelu';
  return own === 'gelu' ? 'gelu' : undefined;
}

/**
 * Heads of the image towers that CLIP and open_clip have published, by width: everywhere 64 numbers a head,
 * but for ViT-H (80), ViT-g (88) and ViT-bigG (104).
 */
const publishedHeads: Readonly<Record<number, number>> = {
  512: 8,
  768: 12,
  1024: 16,
  1280: 16,
  1408: 16,
  1664: 16,
};

/**
 * Lists what says how many attention heads an image tower has.
 *
 * @param files of the checkpoint
 * @param prefix in front of `visual.`
 * @param width D
 * @param headWidth what open_clip_config.json says
 */
export function headEvidence(
  files: CheckpointFiles,
  prefix: string,
  width: number,
  headWidth: number | undefined,
): Evidence<number>[] {
  const ofModule = files.weights.values.get(`${prefix}visual.transformer.resblocks.0.attn.num_heads`);
  return [
    { value: typeof ofModule === 'number' ? ofModule : undefined, source: 'its attention modules' },
    {
      value: headWidth === undefined ? undefined : Math.floor(width / headWidth),
      source: 'open_clip_config.json',
    },
    {
      value: publishedHeads[width],
      source: `the published models of width ${width}`,
      isFallback: true,
    },
  ];
}

/**
 * Lists what says how pixels become input values.
 *
 * @param files of the checkpoint
 * @param config what open_clip_config.json says
 */
export function preprocessingEvidence(
  files: CheckpointFiles,
  config: OpenClipConfig,
): Evidence<Preprocessing>[] {
  return [
    { value: preprocessingOfModule(files), source: 'the transforms that are pickled with it' },
    { value: config.preprocessing, source: 'open_clip_config.json' },
    CLIP_STATISTICS,
  ];
}

/** Mean and deviation of the `Normalize` among torchvision's transforms in a pickled module. */
function preprocessingOfModule({ weights: { classes, values } }: CheckpointFiles): Preprocessing | undefined {
  for (const [path, name] of classes) {
    if (!name.startsWith('torchvision.') || !name.endsWith('.Normalize')) continue;
    const read = (field: string) => [0, 1, 2].map((c) => values.get(`${path}.${field}.${c}`));
    const parsed = z
      .object({ mean: channels, std: channels })
      .safeParse({ mean: read('mean'), std: read('std') });
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

/**
 * Lists what says how many attention heads a text tower has.
 *
 * @param files of the checkpoint
 * @param prefix in front of `transformer.`
 * @param config what open_clip_config.json says
 */
export function textHeadEvidence(
  files: CheckpointFiles,
  prefix: string,
  config: OpenClipConfig,
): Evidence<number>[] {
  const { values } = files.weights;
  const places = ['transformer', 'text.transformer'];
  const ofModule = places
    .map((place) => values.get(`${prefix}${place}.resblocks.0.attn.num_heads`))
    .find((value) => typeof value === 'number');
  return [
    { value: ofModule, source: 'its attention modules' },
    { value: config.textHeads, source: 'open_clip_config.json' },
  ];
}
