import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '#contract/errors';
import { zipFiles } from '#report/bundle/zip-files';
import { writeNewFiles } from '#cli/write-new-files';

/** Where something was written, and how much of it. */
export interface Written {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Checks that nothing is where a report shall be written.
 *
 * @param out a folder, or a file that ends in .zip
 * @param force whether files of the same names may be written over
 * @throws {AppError} `invalid_input` for a folder with something in it, or a file; with `force` for what is of the
 *   other sort
 */
export async function assertFree(out: string, force: boolean): Promise<void> {
  const path = resolve(out);
  const found = await stat(path).catch(() => null);
  if (found === null) return;
  if (found.isDirectory() === isArchive(out)) {
    throw new AppError('invalid_input', `${path} is a ${found.isDirectory() ? 'folder' : 'file'}.`, { path });
  }
  if (force || (found.isDirectory() && (await readdir(path)).length === 0)) return;
  const what = found.isDirectory() ? 'has files already' : 'is there already';
  throw new AppError('invalid_input', `${path} ${what}; --force writes over files of the same names.`, {
    path,
  });
}

/**
 * Writes the files of a report into a folder or an archive.
 *
 * @param files contents by path, with `/` between names
 * @throws {AppError} `invalid_input` naming what cannot be written
 */
export async function writeOut(
  out: string,
  files: ReadonlyMap<string, Uint8Array>,
  force: boolean,
): Promise<Written> {
  const contents: Record<string, Uint8Array> = isArchive(out)
    ? { [out]: zipFiles(files) }
    : Object.fromEntries([...files].map(([path, bytes]) => [join(out, ...path.split('/')), bytes]));
  await writeNewFiles(contents, force);
  const bytes = Object.values(contents).reduce((sum, { length }) => sum + length, 0);
  return { path: resolve(out), bytes };
}

function isArchive(out: string): boolean {
  return out.endsWith('.zip');
}
