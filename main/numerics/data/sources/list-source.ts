import { type BigIntStats, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError } from '#contract/errors';
import { type SourceListing } from './dataset-source';

/**
 * Lists the files at a path. Links are followed; one that leads back to a folder it is in, or nowhere,
 * is passed over, and so is what is neither file nor folder. Within a folder the order is that of the
 * names' code units, so it is the same on every system.
 *
 * @param path a file or folder; made absolute
 * @throws {AppError} `source_missing` if the path or a folder below it cannot be read
 */
export async function listSource(path: string): Promise<SourceListing> {
  const root = resolve(path);
  const stats = await stat(root, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(root, cause);
  });
  if (!stats.isDirectory()) return { path: root, isFolder: false, files: [basename(root)] };
  const files: string[] = [];
  await listFolder(root, '', [identity(stats)], files);
  return { path: root, isFolder: true, files };
}

/** `ancestors` identify the folder itself and those above it: a link to one of them would never end. */
async function listFolder(
  folder: string,
  prefix: string,
  ancestors: readonly string[],
  files: string[],
): Promise<void> {
  for (const entry of await readFolder(folder)) {
    const path = join(folder, entry.name);
    const name = prefix + entry.name;
    if (entry.isFile()) {
      files.push(name);
      continue;
    }
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    const stats = await stat(path, { bigint: true }).catch(() => null);
    if (stats?.isFile() === true) files.push(name);
    if (stats?.isDirectory() !== true || ancestors.includes(identity(stats))) continue;
    await listFolder(path, `${name}/`, [...ancestors, identity(stats)], files);
  }
}

async function readFolder(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return new AppError('source_missing', `${path} cannot be read (${code}).`, { path }, { cause });
}
