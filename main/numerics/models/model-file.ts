import { z } from 'zod';
import { AppError } from '#contract/errors';
import {
  preprocessingSchema,
  visionArchitectureSchema,
  type Preprocessing,
  type VisionArchitecture,
} from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
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
  /** θ by open_clip's names. */
  readonly params: ReadonlyMap<string, NamedArray>;
}

const FORMAT = 'tangent-model/1';
const json = z.string().transform((text): unknown => JSON.parse(text));
const metadataSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  architecture: json.pipe(visionArchitectureSchema),
  preprocessing: json.pipe(preprocessingSchema),
  naming: namingSchema.default('open-clip'),
});

/**
 * Writes the bytes of a `model` artifact: safetensors, with architecture and preprocessing as metadata.
 *
 * @param model the encoder
 * @returns the file; equal for equal models
 */
export function encodeModel(model: StoredModel): Uint8Array {
  return encodeSafetensors(model.params, {
    format: FORMAT,
    name: model.name,
    architecture: JSON.stringify(model.architecture),
    preprocessing: JSON.stringify(model.preprocessing),
    // Left out where it is the default, so that equal models stay equal files.
    ...(model.naming === 'open-clip' ? {} : { naming: model.naming }),
  });
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
  const { name, architecture, preprocessing, naming } = parsed.data;
  assertVisionParams(architecture, tensors);
  return { name, architecture, preprocessing, naming, params: tensors };
}
