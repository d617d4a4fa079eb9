import { z } from 'zod';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { AppError } from '#contract/errors';
import type { DatasetImage, DatasetSummary } from '#contract/records';
import { artifactIdSchema, splitNameSchema, type SplitName } from '#contract/specs/common';
import { readDataset } from './read-dataset';

const splitSchema = z.object({
  packArtifact: artifactIdSchema.nullable(),
  samples: z.array(
    z.object({ name: z.string(), label: z.int(), offset: z.int().min(0), length: z.int().min(1) }),
  ),
});

/** What of a dataset is shown: its classes, and where its images lie. */
const manifestSchema = z.object({
  name: z.string(),
  known: z.string().nullish(),
  classes: z.array(z.string()),
  imageSize: z.object({ minWidth: z.int(), maxWidth: z.int(), minHeight: z.int(), maxHeight: z.int() }),
  splits: z.object({ train: splitSchema, val: splitSchema, test: splitSchema }),
});
type Manifest = z.infer<typeof manifestSchema>;

/** Reads what is shown of datasets from their artifacts. */
export class DatasetImages {
  readonly #store: ArtifactStore;
  /** The dataset that was asked for last: one looks at one after the other, and it can name a million images. */
  #last: { readonly id: string; readonly manifest: Promise<Manifest> } | null = null;

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /**
   * Describes a dataset: its classes with how many images each has in each split.
   *
   * @param datasetId a `dataset` artifact
   * @throws {AppError} `artifact_damaged` if it is not a dataset
   */
  async summary(datasetId: string): Promise<DatasetSummary> {
    const { name, known, classes, imageSize, splits } = await this.#open(datasetId);
    const counts = classes.map(() => ({ train: 0, val: 0, test: 0 }));
    for (const split of splitNameSchema.options) {
      for (const { label } of splits[split].samples) counts[label][split] += 1;
    }
    return {
      name,
      known: known ?? null,
      imageSize,
      classes: classes.map((text, label) => ({ name: text, counts: counts[label] })),
    };
  }

  /**
   * Reads images as they were imported, as files of their own format.
   *
   * @param datasetId a `dataset` artifact
   * @param split of it
   * @param indices places in the split
   * @throws {AppError} `invalid_input` for a place that is not there; `artifact_damaged`
   */
  async images(datasetId: string, split: SplitName, indices: readonly number[]): Promise<DatasetImage[]> {
    if (indices.length === 0) return [];
    const { packArtifact, samples } = (await this.#open(datasetId)).splits[split];
    const wrong = indices.find((index) => index >= samples.length);
    if (wrong !== undefined || packArtifact === null) {
      throw new AppError('invalid_input', `The split ${split} has ${samples.length} images.`, {
        split,
        index: wrong ?? null,
        count: samples.length,
      });
    }
    const pack = await this.#store.openFile(packArtifact);
    try {
      return await Promise.all(
        indices.map(async (index) => {
          const { name, label, offset, length } = samples[index];
          const bytes = new Uint8Array(length);
          await pack.read(bytes, 0, length, offset);
          return { index, name, label, bytes };
        }),
      );
    } finally {
      await pack.close();
    }
  }

  /**
   * Lists the places of the images of a class.
   *
   * @param label class index; null for all classes
   * @param limit at most so many, from the first on
   */
  async places(datasetId: string, split: SplitName, label: number | null, limit: number): Promise<number[]> {
    const { samples } = (await this.#open(datasetId)).splits[split];
    const places: number[] = [];
    for (let index = 0; index < samples.length && places.length < limit; index++) {
      if (label === null || samples[index].label === label) places.push(index);
    }
    return places;
  }

  #open(id: string): Promise<Manifest> {
    if (this.#last?.id !== id) {
      const manifest = readDataset(this.#store, id, manifestSchema);
      const last = { id, manifest };
      this.#last = last;
      manifest.catch(() => {
        if (this.#last === last) this.#last = null;
      });
    }
    return this.#last.manifest;
  }
}
