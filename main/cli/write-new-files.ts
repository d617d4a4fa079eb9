import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '#contract/errors';

/**
 * Writes files that are not there yet, or none of them: what is there may be somebody's work.
 *
 * @param files contents by path; folders are made
 * @param replaces whether files that are there are written over
 * @returns the absolute paths
 * @throws {AppError} `invalid_input` naming the file that is there, or that cannot be written and why
 */
export async function writeNewFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  replaces = false,
): Promise<string[]> {
  const paths = Object.keys(files).map((path) => resolve(path));
  const there = replaces ? undefined : paths.find((path) => existsSync(path));
  if (there !== undefined) {
    throw new AppError('invalid_input', `${there} is there already; nothing was written.`, { path: there });
  }
  for (const [index, content] of Object.values(files).entries()) {
    const path = paths[index];
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { flag: replaces ? 'w' : 'wx' });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('invalid_input', `${path} cannot be written: ${reason}`, { path }, { cause });
    }
  }
  return paths;
}
