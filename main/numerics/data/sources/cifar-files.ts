import { basename, join } from 'node:path';
import { memorySource, openFile, type ByteSource, type OpenFile } from '#numerics/files/byte-source';
import { type SourceListing } from './dataset-source';
import { formatError, layoutError } from './source-errors';
import { readTar } from './tar-entries';

/** The published archives hold less than 190 million bytes. */
const MAXIMUM_UNPACKED = 2 ** 28;

/** The files of a dataset, opened; whoever opened them closes them. */
export interface CifarFiles {
  /** By name without folder. */
  readonly sources: ReadonlyMap<string, ByteSource>;
  readonly close: () => Promise<void>;
}

/** Which files a dataset has. */
export interface CifarFileNames {
  readonly required: readonly string[];
  /** The list of classes. */
  readonly optional: string;
}

/**
 * Opens the files of a dataset that lie in a folder, or reads those of an archive into memory.
 *
 * @param listing what lies at the path
 * @param place the folder, as a prefix of the listed paths, or the absolute path of the archive
 * @param names which files to open
 * @throws {AppError} `dataset_layout` if a file is missing; `dataset_format` if the archive is damaged or
 *   too large; `source_missing` if a file cannot be read
 */
export async function openCifarFiles(
  listing: SourceListing,
  place: { readonly root: string } | { readonly archive: string },
  names: CifarFileNames,
): Promise<CifarFiles> {
  if ('archive' in place) return openArchive(listing, place.archive, names);
  const { root } = place;
  const present = (name: string): boolean => listing.isFolder && listing.files.includes(root + name);
  requireAll(listing, names.required, present, root);
  const opened = new Map<string, OpenFile>();
  const close = async (): Promise<void> => {
    await Promise.all([...opened.values()].map((file) => file.close()));
  };
  try {
    for (const name of [...names.required, names.optional].filter(present)) {
      opened.set(name, await openFile(join(listing.path, root, name), 'dataset_format'));
    }
    return { sources: opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openArchive(
  listing: SourceListing,
  archive: string,
  names: CifarFileNames,
): Promise<CifarFiles> {
  const wanted = [...names.required, names.optional];
  const sources = new Map<string, ByteSource>();
  let total = 0;
  for await (const entry of readTar(archive)) {
    const name = basename(entry.name);
    if (!wanted.includes(name)) continue;
    if (sources.has(name)) throw formatError(archive, `it has two files named "${name}"`);
    total += entry.size;
    if (total > MAXIMUM_UNPACKED) throw formatError(archive, 'its files are longer than 256 MiB');
    sources.set(name, memorySource(await entry.read(), `${archive}/${entry.name}`, 'dataset_format'));
  }
  requireAll(listing, names.required, (name) => sources.has(name), '');
  return { sources, close: () => Promise.resolve() };
}

function requireAll(
  listing: SourceListing,
  names: readonly string[],
  isPresent: (name: string) => boolean,
  root: string,
): void {
  const missing = names.find((name) => !isPresent(name));
  if (missing !== undefined)
    throw layoutError(listing.path, `the file "${root}${missing}" is missing`, root + missing);
}
