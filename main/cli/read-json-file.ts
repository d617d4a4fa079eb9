import { readFile } from 'node:fs/promises';
import { AppError } from '#contract/errors';

/**
 * Reads a JSON file that a person has named.
 *
 * @throws {AppError} `source_missing`, or `invalid_spec` if it is not JSON
 */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('source_missing', `Cannot read ${file}.`, { path: file }, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid_spec', `${file} is not JSON: ${reason}`, { path: file }, { cause });
  }
}
