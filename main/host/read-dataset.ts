import type { ArtifactStore } from '#artifacts/artifact-store';
import { AppError } from '#contract/errors';

/**
 * Reads what is wanted of a dataset's manifest.
 *
 * @param store holds the dataset
 * @param id a `dataset` artifact
 * @param schema what is wanted of it
 * @throws {AppError} `artifact_damaged` if it is not a dataset
 */
export async function readDataset<T>(
  store: ArtifactStore,
  id: string,
  schema: { readonly parse: (value: unknown) => T },
): Promise<T> {
  const text = (await store.read(id)).toString();
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `The artifact ${id.slice(0, 12)} is not a dataset.`;
    throw new AppError('artifact_damaged', message, { artifactId: id }, { cause });
  }
}
