import { basename, join } from 'node:path';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { walkFiles, type FoundFile } from './walk-files';

/** The first two digits of every artifact id: the folders of the store. */
export const firstDigits: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).padStart(2, '0'),
);

/** Yields the files of the store that have the name of an artifact, of one folder. */
export async function* walkArtifacts(
  store: ArtifactStore,
  digits: string,
): AsyncGenerator<FoundFile & { id: string }, void, void> {
  for await (const file of walkFiles(join(store.root, digits), () => false)) {
    const id = `${digits}${basename(file.path)}`;
    if (/^[0-9a-f]{64}$/.test(id)) yield { ...file, id };
  }
}
