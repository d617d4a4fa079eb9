import { z } from 'zod';
import { AppError } from '#contract/errors';
import type { NamedArray } from '#numerics/engine/tensor';
import { assertFinite } from './assert-finite';
import type { Head } from './head';
import { decodeSafetensors, encodeSafetensors } from './safetensors';

/** A frozen head as it is stored: with the classes its rows stand for. */
export interface StoredHead extends Head {
  /** Names of the C classes, in the order of the rows. */
  readonly classNames: readonly string[];
  /** Origin of the text tower that made it, as in `StoredModel`; null where it was made otherwise. */
  readonly origin: string | null;
}

const FORMAT = 'tangent-head/1';
const metadataSchema = z.object({
  format: z.literal(FORMAT),
  classNames: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(z.array(z.string())),
  origin: z.string().nullable().default(null),
});

/**
 * Writes the bytes of a `head` artifact: safetensors with `weight` (C × F) and `bias` (C).
 *
 * @param head the head
 * @returns the file; equal for equal heads
 */
export function encodeHead(head: StoredHead): Uint8Array {
  const tensors = new Map([
    ['weight', { shape: [head.classes, head.featureSize], data: head.weight }],
    ['bias', { shape: [head.classes], data: head.bias }],
  ]);
  return encodeSafetensors(tensors, {
    format: FORMAT,
    classNames: JSON.stringify(head.classNames),
    ...(head.origin === null ? {} : { origin: head.origin }),
  });
}

/**
 * Reads a `head` artifact.
 *
 * @param bytes the file
 * @param label what to call it in messages
 * @throws {AppError} `checkpoint_format`, `params_mismatch`, `non_finite_params`, `class_mismatch`
 */
export function decodeHead(bytes: Uint8Array, label: string): StoredHead {
  const { tensors, metadata } = decodeSafetensors(bytes, label);
  const facts = readHeadFacts(metadata);
  if (facts === null) {
    throw new AppError('checkpoint_format', `${label} does not name its classes.`, { file: label });
  }
  return { ...readHeadTensors(tensors, label, facts.classNames), origin: facts.origin };
}

/**
 * Reads what a file of ours says of its head.
 *
 * @param metadata of the file
 * @returns its classes and origin, or null for a file of somebody else
 */
export function readHeadFacts(
  metadata: Readonly<Record<string, string>>,
): Pick<StoredHead, 'classNames' | 'origin'> | null {
  const parsed = metadataSchema.safeParse(metadata);
  return parsed.success ? parsed.data : null;
}

/**
 * Makes a head of the tensors of any file for given classes.
 *
 * @param tensors `weight` (C × F) and optionally `bias` (C; zero if absent)
 * @param label what to call it in messages
 * @param classNames the C classes
 * @throws {AppError} `params_mismatch`, `non_finite_params`, `class_mismatch`
 */
export function readHeadTensors(
  tensors: ReadonlyMap<string, NamedArray>,
  label: string,
  classNames: readonly string[],
): StoredHead {
  const weight = tensors.get('weight');
  if (weight?.shape.length !== 2) {
    throw mismatch(label, 'weight', 'is missing or does not have two axes (classes × features)');
  }
  const [classes, featureSize] = weight.shape;
  const bias = tensors.get('bias') ?? { shape: [classes], data: new Float32Array(classes) };
  if (bias.shape.length !== 1 || bias.shape[0] !== classes) {
    throw mismatch(label, 'bias', `does not have shape [${classes}]`);
  }
  if (classes !== classNames.length) {
    throw new AppError(
      'class_mismatch',
      `${label} has ${classes} rows, but the dataset has ${classNames.length} classes.`,
      { file: label, rows: classes, classes: classNames.length },
    );
  }
  const numbers = [
    ['weight', weight],
    ['bias', bias],
  ] as const;
  assertFinite(numbers, label);
  return { classes, featureSize, weight: weight.data, bias: bias.data, classNames, origin: null };
}

function mismatch(label: string, parameter: string, what: string): AppError {
  return new AppError('params_mismatch', `${parameter} in ${label} ${what}.`, { file: label, parameter });
}
