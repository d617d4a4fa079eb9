import type { z } from 'zod';
import { AppError } from '#contract/errors';
import { describeIssues } from '#contract/specs/index';

/**
 * Reads a JSON file that belongs to a checkpoint.
 *
 * @param schema what it must hold
 * @param text its content
 * @param file its path, for messages
 * @throws {AppError} `checkpoint_format` if it is not JSON, or naming the fields that are missing or wrong
 */
export function parseJsonFile<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('checkpoint_format', `${file} is not JSON.`, { file }, { cause });
  }
  return checkContent(schema, file, value);
}

/**
 * Checks what was read of a file that belongs to a checkpoint.
 *
 * @param schema what it must be
 * @param file its path, for messages
 * @param value what was read
 * @throws {AppError} `checkpoint_format` naming the fields that are missing or wrong
 */
export function checkContent<S extends z.ZodType>(schema: S, file: string, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('checkpoint_format', `${file}: ${describeIssues(result.error)}`, { file });
}
