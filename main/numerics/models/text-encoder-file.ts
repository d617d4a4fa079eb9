import { z } from 'zod';
import { AppError } from '#contract/errors';
import { textArchitectureSchema, type TextArchitecture } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import { decodeSafetensors, writeSafetensors } from './safetensors';
import type { StoredTensor } from './stored-tensor';
import { assertParameters, textParameterShapes } from './transformer-parameters';

/** What is known of a text tower besides its weights. */
export interface TextEncoderFacts {
  /** Name for people. */
  readonly name: string;
  readonly architecture: TextArchitecture;
  /** Fingerprint of the checkpoint that it was read from. */
  readonly origin: string;
}

/** A text tower as it is stored. */
export interface StoredTextEncoder extends TextEncoderFacts {
  /** By open_clip's names. */
  readonly params: ReadonlyMap<string, NamedArray>;
  /** The logarithm of the factor on cosine similarities. */
  readonly logitScale: number;
}

const FORMAT = 'tangent-text-encoder/1';
const LOGIT_SCALE = 'logit_scale';
const metadataSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  architecture: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(textArchitectureSchema),
  origin: z.string(),
});

/**
 * Writes the bytes of a `text-encoder` artifact: safetensors, one parameter after the other.
 *
 * @param facts about the tower
 * @param params by open_clip's names, with `logit_scale`, a scalar
 * @param write takes the bytes in order
 * @throws {AppError} whatever reading a parameter throws
 */
export async function writeTextEncoder(
  facts: TextEncoderFacts,
  params: ReadonlyMap<string, StoredTensor>,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const metadata = { format: FORMAT, ...facts, architecture: JSON.stringify(facts.architecture) };
  await writeSafetensors(params, metadata, write);
}

/**
 * Reads a `text-encoder` artifact and checks its weights against its architecture.
 *
 * @param bytes the file
 * @param label what to call it in messages
 * @throws {AppError} `checkpoint_format`, `params_mismatch`, `non_finite_params`
 */
export function decodeTextEncoder(bytes: Uint8Array, label: string): StoredTextEncoder {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw new AppError('checkpoint_format', `${label} is not a text encoder.`, { file: label });
  }
  const { name, architecture, origin } = parsed.data;
  assertParameters(new Map([...textParameterShapes(architecture), [LOGIT_SCALE, []]]), tensors);
  const params = new Map([...tensors].filter(([parameter]) => parameter !== LOGIT_SCALE));
  return { name, architecture, origin, params, logitScale: tensors.get(LOGIT_SCALE)!.data[0] };
}
