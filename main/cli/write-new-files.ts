import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '#contract/errors';

/**
 * Writes files that are not there yet, or none of them: what is there may be somebody's work.
 *
 * @param files text by path; folders are made
 * @returns the absolute paths
 * @throws {AppError} `invalid_input` naming the file that is there, or that cannot be written and why
 */
export async function writeNewFiles(files: Readonly<Record<string, string>>): Promise<string[]> {
  const paths = Object.keys(files).map((path) => resolve(path));
  const there = paths.find((path) => existsSync(path));
  if (there !== undefined) {
    throw new AppError('invalid_input', `${there} is there already; nothing was written.`, { path: there });
  }
  for (const [index, text] of Object.values(files).entries()) {
    const path = paths[index];
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { flag: 'wx' });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('invalid_input', `${path} cannot be written: ${reason}`, { path }, { cause });
    }
  }
  return paths;
}
