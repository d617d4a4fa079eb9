import { z } from 'zod';
import { AppError } from '#contract/errors';
import {
  preprocessingSchema,
  visionArchitectureSchema,
  type Preprocessing,
  type VisionArchitecture,
} from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors, encodeSafetensors, writeSafetensors } from './safetensors';
import type { StoredTensor } from './stored-tensor';
import { assertVisionParams } from './vision-parameters';

/** Whose names and layouts parameters have outside the program. */
const namingSchema = z.enum(['open-clip', 'hugging-face']);
/** See {@link namingSchema}. */
export type ParameterNaming = z.infer<typeof namingSchema>;

/** An image encoder as it is stored: what it is, how images are prepared for it, and its weights. */
export interface StoredModel {
  /** Name for people. */
  readonly name: string;
  readonly architecture: VisionArchitecture;
  readonly preprocessing: Preprocessing;
  /** Whose parameter names the checkpoint had, which exports use. */
  readonly naming: ParameterNaming;
  /**
   * Fingerprint of the checkpoint that it was read from, also of models that were trained from it: a head
   * of the same origin belongs to it. Null for models that were not read from a file.
   */
  readonly origin: string | null;
  /** What was assumed about it and costs accuracy if it is wrong; told before every run. */
  readonly doubts: readonly string[];
  /** θ by open_clip's names. */
  readonly params: ReadonlyMap<string, NamedArray>;
}

/** All that is known of a model but its weights. */
export type ModelFacts = Omit<StoredModel, 'params'>;

const FORMAT = 'tangent-model/1';
const json = z.string().transform((text): unknown => JSON.parse(text));
const metadataSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  architecture: json.pipe(visionArchitectureSchema),
  preprocessing: json.pipe(preprocessingSchema),
  naming: namingSchema.default('open-clip'),
  origin: z.string().nullable().default(null),
  doubts: json.pipe(z.array(z.string())).default([]),
});

/**
 * Writes the bytes of a `model` artifact: safetensors, with architecture and preprocessing as metadata.
 *
 * @param model the encoder
 * @returns the file; equal for equal models
 */
export function encodeModel(model: StoredModel): Uint8Array {
  const { params, ...facts } = model;
  return encodeSafetensors(params, modelMetadata(facts));
}

/**
 * Writes a `model` artifact as {@link encodeModel} does, one parameter after the other.
 *
 * @param facts about the model
 * @param params θ by open_clip's names, read when it is their turn
 * @param write takes the bytes in order
 * @throws {AppError} whatever reading a parameter throws
 */
export async function writeModel(
  facts: ModelFacts,
  params: ReadonlyMap<string, StoredTensor>,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  await writeSafetensors(params, modelMetadata(facts), write);
}

function modelMetadata(facts: ModelFacts): Record<string, string> {
  return {
    format: FORMAT,
    name: facts.name,
    architecture: JSON.stringify(facts.architecture),
    preprocessing: JSON.stringify(facts.preprocessing),
    // Left out where they are the default, so that equal models stay equal files.
    ...(facts.naming === 'open-clip' ? {} : { naming: facts.naming }),
    ...(facts.origin === null ? {} : { origin: facts.origin }),
    ...(facts.doubts.length === 0 ? {} : { doubts: JSON.stringify(facts.doubts) }),
  };
}

/**
 * Reads a `model` artifact and checks its weights against its architecture.
 *
 * @param bytes the file
 * @param label what to call it in messages
 * @throws {AppError} `checkpoint_format`, `params_mismatch`, `non_finite_params`
 */
export function decodeModel(bytes: Uint8Array, label: string): StoredModel {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw new AppError('checkpoint_format', `${label} does not say which architecture it is.`, {
      file: label,
    });
  }
  const { name, architecture, preprocessing, naming, origin, doubts } = parsed.data;
  assertVisionParams(architecture, tensors);
  return { name, architecture, preprocessing, naming, origin, doubts, params: tensors };
}
