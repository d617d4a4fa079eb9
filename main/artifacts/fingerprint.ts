import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '#contract/errors';
import { hashFile, sha256 } from './sha256';

/** What a file or folder on the user's disk holds. */
export interface SourceFingerprint {
  /** Its absolute path. */
  readonly path: string;
  readonly isFolder: boolean;
  /** For a file the SHA-256 of its bytes; for a folder that of the list of its files' paths and hashes. */
  readonly fingerprint: string;
  readonly fileCount: number;
}

/**
 * Digests what a file or folder holds, so that a spec can say which content it means. Names that
 * begin with a dot are left out, as the readers leave them out; so is everything but files and folders.
 *
 * @param path the file or folder
 * @returns its absolute path and fingerprint, independent of times and of where it lies
 * @throws {AppError} `source_missing` if it is not there or cannot be read
 */
export async function fingerprintSource(path: string): Promise<SourceFingerprint> {
  const absolute = resolve(path);
  try {
    if (!(await stat(absolute)).isDirectory()) {
      return { path: absolute, isFolder: false, fingerprint: await hashFile(absolute), fileCount: 1 };
    }
    const lines: string[] = [];
    for await (const relative of walk(absolute, '')) {
      lines.push(`${JSON.stringify(relative)} ${await hashFile(join(absolute, relative))}`);
    }
    return {
      path: absolute,
      isFolder: true,
      fingerprint: sha256(lines.join('\n')),
      fileCount: lines.length,
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('source_missing', `Cannot read ${absolute}: ${reason}`, { path: absolute }, { cause });
  }
}

/**
 * Yields the relative paths of all files, with `/` between names, in code-unit order. Links are
 * followed, as the readers follow them; one that leads back to a folder it lies in is left out.
 */
async function* walk(root: string, relative: string, above: readonly string[] = []): AsyncGenerator<string> {
  const folder = join(root, relative);
  const here = [...above, await realpath(folder)];
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith('.')) continue;
    const path = relative === '' ? name : `${relative}/${name}`;
    const found = await stat(join(root, path)).catch(() => null);
    if (found?.isFile() === true) yield path;
    if (found?.isDirectory() !== true) continue;
    if (!here.includes(await realpath(join(root, path)))) yield* walk(root, path, here);
  }
}
