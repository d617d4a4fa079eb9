import { z } from 'zod';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { promptNames, type DatasetPrompts } from '#contract/known-dataset';
import { findKnownDataset, promptTemplates } from './known-datasets';
import { readDataset } from './read-dataset';

/** What a dataset says of itself that prompts depend on. */
const manifestSchema = z.object({
  name: z.string(),
  classes: z.array(z.string()),
  known: z.string().nullish(),
});

/**
 * Finds the prompts for the zero-shot head of a dataset: those of the published dataset that it is, else
 * "a photo of a {class}" with the names of its classes.
 *
 * @param store holds the dataset
 * @param datasetId a `dataset` artifact
 * @param choices what is chosen already
 * @param choices.templates name of another list of templates; null for the dataset's own
 * @param choices.hasNames whether there are names for the classes, so that the dataset's are not needed
 * @throws {AppError} `artifact_damaged`; `invalid_input` if there is no such list; `class_mismatch` if the
 *   classes are not those of the published dataset
 */
export async function findDatasetPrompts(
  store: ArtifactStore,
  datasetId: string,
  choices: { readonly templates: string | null; readonly hasNames: boolean },
): Promise<DatasetPrompts> {
  const { classes, known: name } = await readDataset(store, datasetId, manifestSchema);
  const known = name == null ? undefined : findKnownDataset(name);
  const list = promptTemplates(choices.templates ?? known?.templates ?? 'default');
  return {
    known: known?.name ?? null,
    templates: [...list.templates],
    promptNames:
      known === undefined || choices.hasNames
        ? classes.map((text) => text.replaceAll('_', ' '))
        : promptNames(known, classes),
  };
}
