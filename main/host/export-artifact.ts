import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ArtifactStore } from '#artifacts/artifact-store';
import { hashFile } from '#artifacts/sha256';
import { AppError } from '#contract/errors';
import { openDataDirectory } from './data-directory';

/**
 * Copies an artifact out of a data directory, whole or not at all.
 *
 * @param dataDirectory its root
 * @param id the artifact
 * @param path the file to make; one that is there is replaced
 * @throws {AppError} `artifact_damaged` if it is missing or altered; the system's error if `path` cannot be written
 */
export async function exportArtifact(dataDirectory: string, id: string, path: string): Promise<void> {
  const store = new ArtifactStore(openDataDirectory(dataDirectory).artifacts);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    if (!(await store.has(id))) {
      throw new AppError('artifact_damaged', `Artifact ${id} is missing from the store.`, { artifactId: id });
    }
    await copyFile(store.pathOf(id), temporary);
    if ((await hashFile(temporary)) !== id) {
      throw new AppError(
        'artifact_damaged',
        `Artifact ${id} was altered: its bytes no longer have its hash.`,
        {
          artifactId: id,
        },
      );
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
