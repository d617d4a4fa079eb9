import { statfs } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { ArtifactKind } from '#contract/events';
import type { StoragePart, StorageReport } from '#contract/storage';
import type { DataDirectory } from '../data-directory';
import { firstDigits, walkArtifacts } from './stored-artifacts';
import { walkFiles } from './walk-files';

/** Sums sizes by some name. */
class Sizes<K> {
  readonly #sizes = new Map<K, { count: number; bytes: number }>();

  add(key: K, bytes: number): void {
    const size = this.#sizes.get(key) ?? { count: 0, bytes: 0 };
    size.count += 1;
    size.bytes += bytes;
    this.#sizes.set(key, size);
  }

  /** The largest first. */
  list(): { key: K; count: number; bytes: number }[] {
    return [...this.#sizes].map(([key, size]) => ({ key, ...size })).sort((a, b) => b.bytes - a.bytes);
  }
}

/**
 * Says how large a data directory is, by what it holds. Walks all files, and lets others work meanwhile.
 *
 * @param directory the data directory
 * @param store its artifacts
 * @param catalog tells of which kind an artifact is
 */
export async function measureStorage(
  directory: DataDirectory,
  store: ArtifactStore,
  catalog: Catalog,
): Promise<StorageReport> {
  const artifacts = new Sizes<ArtifactKind | null>();
  for (const digits of firstDigits) {
    const kinds = new Map(catalog.artifacts.beginningWith(digits).map(({ id, kind }) => [id, kind]));
    for await (const { id, bytes } of walkArtifacts(store, digits))
      artifacts.add(kinds.get(id) ?? null, bytes);
  }
  const parts = new Sizes<StoragePart>();
  // What is among the artifacts without having the name of one is looked at with the rest.
  const isShelf = (path: string) => dirname(path) === store.root && firstDigits.includes(basename(path));
  for await (const { path, bytes } of walkFiles(directory.root, (folder) => !isShelf(folder))) {
    parts.add(partOf(relative(directory.root, path).split(sep)), bytes);
  }
  const disk = await statfs(directory.root);
  const all = [...artifacts.list(), ...parts.list()];
  return {
    root: directory.root,
    freeBytes: disk.bavail * disk.bsize,
    diskBytes: disk.blocks * disk.bsize,
    totalBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    artifacts: artifacts.list().map(({ key, ...size }) => ({ kind: key, ...size })),
    parts: parts.list().map(({ key, ...size }) => ({ part: key, ...size })),
  };
}

const partOfFolder: Readonly<Partial<Record<string, StoragePart>>> = {
  runs: 'checkpoints',
  labs: 'labs',
  rendered: 'rendered',
  engines: 'engines',
};

function partOf(names: readonly string[]): StoragePart {
  const [first, second = ''] = names;
  const last = names[names.length - 1];
  if (/^catalog\.sqlite(-wal|-shm)?$/.test(first)) return 'catalog';
  if (first === 'artifacts' && second === 'incoming') return 'temporary';
  if (names.some((name) => /^\.(install|fetch|removing)-/.test(name)) || last.endsWith('.partial')) {
    return 'temporary';
  }
  if (first === 'engines' && second.startsWith('wheels-')) return 'wheels';
  return partOfFolder[first] ?? 'other';
}
