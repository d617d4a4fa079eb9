import { z } from 'zod';

/** SHA-256 of a file's bytes in lower-case hexadecimal; it is the artifact's name. */
export const artifactIdSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be an artifact id (64 hex digits)');

/** Digest of what a source on the user's disk held when the specification was made. */
export const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a fingerprint (64 hex digits)');

/** Seed of every random draw of a run; an unsigned 32-bit integer. */
export const seedSchema = z.int().min(0).max(0xffff_ffff);

/** Which engine must execute the run; `auto` takes the best that loads and records why. */
export const engineRequestSchema = z.enum(['auto', 'native', 'wasm', 'cpu']);
/** See {@link engineRequestSchema}. */
export type EngineRequest = z.infer<typeof engineRequestSchema>;

/** Where a model is evaluated: with f at θ, or with the first-order expansion of f at θ0. */
export const evaluationModeSchema = z.enum(['standard', 'posthoc', 'linear']);
/** See {@link evaluationModeSchema}. */
export type EvaluationMode = z.infer<typeof evaluationModeSchema>;

/** How a task vector is made: by training f, or by training its first-order expansion. */
export const finetuningModeSchema = z.enum(['standard', 'linear']);
/** See {@link finetuningModeSchema}. */
export type FinetuningMode = z.infer<typeof finetuningModeSchema>;

/**
 * What of an image a training step sees: its center, or a random part of 0.9 to 1 of its area with a ratio of
 * 3/4 to 4/3, drawn anew each time (torchvision's `RandomResizedCrop` with open_clip's scale).
 */
export const augmentationSchema = z.enum(['none', 'random-resized-crop']);
/** See {@link augmentationSchema}. */
export type Augmentation = z.infer<typeof augmentationSchema>;

/** A task vector with the task that it was trained on. */
export const editedTaskSchema = z
  .object({ dataset: artifactIdSchema, head: artifactIdSchema, taskVector: artifactIdSchema })
  .strict();

/** The splits of a dataset. */
export const splitNameSchema = z.enum(['train', 'val', 'test']);
/** See {@link splitNameSchema}. */
export type SplitName = z.infer<typeof splitNameSchema>;

/** The activation in the MLP of a transformer block: `quickGelu` is x·σ(1.702x), `gelu` the erf form. */
export const activationSchema = z.enum(['quickGelu', 'gelu']);

const transformerFields = {
  /** D, the length of a token. */
  width: z.int().min(1).max(16_384),
  /** Number of transformer blocks. */
  layers: z.int().min(1).max(256),
  /** H, the number of attention heads; divides `width`. */
  heads: z.int().min(1).max(256),
  /** Ratio of the hidden size of an MLP to `width`. */
  mlpRatio: z.number().positive().max(16),
  /** Length of the projected feature. */
  featureSize: z.int().min(1).max(16_384),
  activation: activationSchema,
};
/** Sizes of a CLIP text transformer. */
export const textArchitectureSchema = z
  .object({
    /** Number of tokens that exist. */
    vocabularySize: z.int().min(1).max(10_000_000),
    /** L, the number of tokens of a padded text. */
    contextLength: z.int().min(1).max(65_536),
    ...transformerFields,
  })
  .strict()
  .refine((a) => a.width % a.heads === 0, { message: 'heads must divide width', path: ['heads'] });
/** See {@link textArchitectureSchema}. */
export type TextArchitecture = z.infer<typeof textArchitectureSchema>;
/** Sizes that both towers of CLIP have. */
export type TransformerSizes = Omit<TextArchitecture, 'vocabularySize' | 'contextLength'>;

/** Sizes of a CLIP vision transformer. */
export const visionArchitectureSchema = z
  .object({
    /** Side of the square input image in pixels. */
    imageSize: z.int().min(1).max(4096),
    /** Side of a square patch in pixels; divides `imageSize`. */
    patchSize: z.int().min(1).max(512),
    ...transformerFields,
  })
  .strict()
  .refine((a) => a.imageSize % a.patchSize === 0, {
    message: 'patchSize must divide imageSize',
    path: ['patchSize'],
  })
  .refine((a) => a.width % a.heads === 0, { message: 'heads must divide width', path: ['heads'] });
/** See {@link visionArchitectureSchema}. */
export type VisionArchitecture = z.infer<typeof visionArchitectureSchema>;

const channelSchema = z.tuple([z.number(), z.number(), z.number()]);

/** How pixels in [0,1] become input values: (x − mean) / std per channel, red, green, blue. */
export const preprocessingSchema = z.object({ mean: channelSchema, std: channelSchema }).strict();
/** See {@link preprocessingSchema}. */
export type Preprocessing = z.infer<typeof preprocessingSchema>;

/** Settings of AdamW with decoupled weight decay that pulls θ to zero (not to θ0), as the reference does. */
export const adamWSchema = z
  .object({
    learningRate: z.number().positive().max(10),
    beta1: z.number().min(0).lt(1),
    beta2: z.number().min(0).lt(1),
    epsilon: z.number().positive(),
    weightDecay: z.number().min(0),
  })
  .strict();
/** See {@link adamWSchema}. */
export type AdamWSettings = z.infer<typeof adamWSchema>;

/**
 * A training schedule: learning rate lr·(s+1)/W for step s < W (linear warm-up), then
 * lr·0.5·(1 + cos(π(s−W)/(S−W))).
 */
export const trainingScheduleSchema = z
  .object({
    /** S, number of optimizer steps. */
    steps: z.int().min(1).max(10_000_000),
    /** W, warm-up steps. */
    warmupSteps: z.int().min(0),
    batchSize: z.int().min(1).max(65_536),
    /** Global-norm limit of the gradient; `null` switches clipping off. */
    clipNorm: z.number().positive().nullable(),
    /** A resumable checkpoint is written after every so many steps. */
    checkpointEvery: z.int().min(1),
  })
  .strict()
  .refine((s) => s.warmupSteps < s.steps || s.warmupSteps === 0, {
    message: 'warmupSteps must be below steps',
    path: ['warmupSteps'],
  });
/** See {@link trainingScheduleSchema}. */
export type TrainingSchedule = z.infer<typeof trainingScheduleSchema>;
