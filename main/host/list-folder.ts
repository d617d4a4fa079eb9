import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { AppError } from '#contract/errors';
import type { FolderEntry, FolderListing } from '#contract/folder-listing';
import { listMountPoints } from './mount-points';

/** A page cannot show more at once; whoever has more types the name. */
const MOST_ENTRIES = 2000;

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Lists a folder so that people can choose something in it: its names, kinds and sizes.
 *
 * @param path absolute, or from the home folder on, as in `~/data`; null for the home folder. That of a file
 *   lists its folder
 * @param hidden whether names that begin with a dot are listed as well
 * @throws {AppError} `source_missing` if there is nothing, or this user may not look into it
 */
export async function listFolder(path: string | null, hidden: boolean): Promise<FolderListing> {
  const home = homedir();
  const asked = resolve(home, (path ?? home).trim().replace(/^~(?=$|[\\/])/, home));
  const isFile = (await attempt(asked, () => stat(asked))).isFile();
  const folder = isFile ? dirname(asked) : asked;
  const all = await attempt(folder, () => readdir(folder, { withFileTypes: true }));
  const listed = hidden ? all : all.filter(({ name }) => !name.startsWith('.'));
  const found = (await Promise.all(listed.map((entry) => describe(folder, entry)))).flat();
  found.sort((a, b) => Number(isFileEntry(a)) - Number(isFileEntry(b)) || byName.compare(a.name, b.name));
  const entries = await Promise.all(found.slice(0, MOST_ENTRIES).map(measure));
  return {
    path: folder,
    file: isFile ? asked : null,
    trail: trailOf(folder),
    places: await listPlaces(home),
    entries,
    omitted: found.length - entries.length,
    hidden: all.length - listed.length,
  };
}

const isFileEntry = ({ kind }: FolderEntry): boolean => kind === 'file';

/** What an entry is, without its size; nothing for sockets, devices and links that lead nowhere. */
async function describe(folder: string, entry: Dirent): Promise<FolderEntry[]> {
  const { name } = entry;
  const path = join(folder, name);
  const found = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
  const kind = found?.isDirectory() === true ? 'folder' : found?.isFile() === true ? 'file' : null;
  return kind === null ? [] : [{ name, path, kind, sizeBytes: null }];
}

async function measure(entry: FolderEntry): Promise<FolderEntry> {
  if (entry.kind === 'folder') return entry;
  const found = await stat(entry.path).catch(() => null);
  return { ...entry, sizeBytes: found?.size ?? null };
}

function trailOf(folder: string): FolderListing['trail'] {
  const { root } = parse(folder);
  const above = folder === root ? [] : [...trailOf(dirname(folder))];
  return [...above, { name: folder === root ? root : basename(folder), path: folder }];
}

async function listPlaces(home: string): Promise<FolderListing['places']> {
  const mounted = (await listMountPoints()).map((path) => ({ name: basename(path) || path, path }));
  const { root } = parse(home);
  const others = mounted.filter(({ path }) => path !== root && path !== home);
  return [{ name: 'Home', path: home }, { name: root, path: root }, ...others];
}

/** Does something with a path, and says in plain words why it cannot be done. */
async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new AppError('source_missing', explain(path, cause), { path }, { cause });
  }
}

function explain(path: string, cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `There is nothing at ${path}.`;
    case 'ENOTDIR':
      return `A part of ${path} is a file, not a folder.`;
    case 'EACCES':
    case 'EPERM':
      return `You have no permission to look into ${path}.`;
    default:
      return `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
