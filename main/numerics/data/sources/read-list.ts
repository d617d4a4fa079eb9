import { openFile } from '#numerics/files/byte-source';
import { formatError } from './source-errors';

/**
 * Reads a text file that lists something, if it is not too long to be one.
 *
 * @param path absolute path
 * @param longest bytes that it may have
 * @returns its bytes, which need not be text
 * @throws {AppError} `dataset_format` if it is longer; `source_missing` if it cannot be read
 */
export async function readList(path: string, longest: number): Promise<Uint8Array> {
  const file = await openFile(path, 'dataset_format');
  try {
    if (file.size > longest) throw formatError(path, 'it is too long for a list');
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

/**
 * Reads a list that must be text, without the mark that some editors put before the first line.
 *
 * @param path absolute path
 * @param longest bytes that it may have
 * @throws {AppError} `dataset_format` if it is longer, or not UTF-8; `source_missing` if it cannot be read
 */
export async function readTextList(path: string, longest: number): Promise<string> {
  const bytes = await readList(path, longest);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw formatError(path, 'it is not UTF-8 text', cause);
  }
}
