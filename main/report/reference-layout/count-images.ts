import type { KnownDataset } from '#contract/known-dataset';
import type { Accuracy } from '#contract/results';
import { valName } from './file-names';

/** Taken where the size of a split is not known. */
const ASSUMED_COUNT = 10_000;

/** Result files do not say which artifact a dataset is. */
const NO_ARTIFACT = '0'.repeat(64);

/** Makes an accuracy of a top-1 that was read. */
export type MakeAccuracy = (task: string, split: 'val' | 'test', top1: number) => Accuracy;

/** Finds a published dataset by its name or one of its other names. */
export function findKnown(known: readonly KnownDataset[], name: string): KnownDataset | undefined {
  const wanted = name.toLowerCase();
  return known.find((dataset) => dataset.name.toLowerCase() === wanted || dataset.aliases.includes(wanted));
}

/**
 * Returns a function that gives accuracies their counts: correct = round(top1 · count), with the sizes of
 * published datasets, n_val = min(⌊fraction · n_train⌋, cap) where validation images are drawn from train.
 *
 * @param note is told once of each split whose size is not known, or of which an accuracy is no whole number of images
 */
export function countImages(known: readonly KnownDataset[], note: (text: string) => void): MakeAccuracy {
  const noted = new Set<string>();
  const noteOnce = (subject: string, text: string): void => {
    if (noted.has(subject)) return;
    noted.add(subject);
    note(text);
  };
  return (task, split, top1) => {
    const name = split === 'val' ? valName(task) : task;
    const size = sizeOf(findKnown(known, task), split);
    if (size === null) {
      noteOnce(
        task,
        `How many images ${task} has is not known: ${ASSUMED_COUNT} are assumed for each split.`,
      );
    }
    const count = size ?? ASSUMED_COUNT;
    const correct = Math.round(top1 * count);
    if (size !== null && Math.abs(correct - top1 * count) > 1e-6 * count) {
      noteOnce(
        name,
        `The accuracy ${top1} of ${name} is no whole number of its ${count} images: it was rounded, or measured on another split.`,
      );
    }
    return { task, dataset: NO_ARTIFACT, correct, count, top1 };
  };
}

function sizeOf(known: KnownDataset | undefined, split: 'val' | 'test'): number | null {
  if (known === undefined) return null;
  if (split === 'test') return known.counts.test;
  if (known.split.val === 'own-part') return known.counts.val;
  return Math.min(Math.floor(known.split.fraction * known.counts.train), known.split.cap);
}
