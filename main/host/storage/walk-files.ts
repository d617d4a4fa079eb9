import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that are looked at together. */
const AT_ONCE = 64;

/** A regular file. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * Yields the files below a folder, folder by folder; links are not followed. What comes or goes meanwhile may be
 * missed or left out; a folder that is not there holds nothing.
 *
 * @param folder where to begin
 * @param enters whether to look into a folder of this path; into all unless told
 */
export async function* walkFiles(
  folder: string,
  enters: (path: string) => boolean = () => true,
): AsyncGenerator<FoundFile, void, void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const found = await Promise.all(
      files.slice(from, from + AT_ONCE).map(({ name }) => look(join(folder, name))),
    );
    for (const file of found) if (file !== null) yield file;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && enters(path)) yield* walkFiles(path, enters);
  }
}

/** Number, bytes, and newest moment of writing of the files below a folder. */
export async function sizeUp(folder: string): Promise<{ count: number; bytes: number; writtenAt: number }> {
  const size = { count: 0, bytes: 0, writtenAt: 0 };
  for await (const { bytes, writtenAt } of walkFiles(folder)) {
    size.count += 1;
    size.bytes += bytes;
    size.writtenAt = Math.max(size.writtenAt, writtenAt);
  }
  return size;
}

async function look(path: string): Promise<FoundFile | null> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true ? { path, bytes: found.size, writtenAt: found.mtimeMs } : null;
}
