import { type PartAssignment } from './dataset-source';

/** Names of the parts that make each split unless someone says otherwise, the usual one first. */
const namesOfSplit = {
  train: ['train', 'training'],
  val: ['val', 'valid', 'validation'],
  test: ['test', 'testing'],
} as const;

const splitWords = new Set<string>(Object.values(namesOfSplit).flat());

/** The part of shards whose names tell nothing. */
const NAMELESS = 'data';

/** How the parts of a source make splits, and what was assumed. */
export interface AssignedParts {
  readonly assignment: PartAssignment;
  readonly notes: readonly string[];
}

/**
 * Assigns parts to splits by their names. Where several parts could be one split, the first of
 * `val`, `valid`, `validation` is taken and a note names the others.
 *
 * @param parts names of the parts
 */
export function assignParts(parts: readonly string[]): AssignedParts {
  const notes: string[] = [];
  const choose = (split: keyof typeof namesOfSplit): string[] => {
    const found = namesOfSplit[split].filter((name) => parts.includes(name));
    if (found.length === 0) return [];
    const [first, ...others] = found;
    if (others.length > 0) {
      notes.push(`The part "${first}" makes the ${split} split; "${others.join('", "')}" is left out.`);
    }
    return [first];
  };
  const assignment = { train: choose('train'), val: choose('val'), test: choose('test') };
  if (assignment.train.length === 0) {
    notes.push(
      `No part is named "train"; there is "${parts.join('", "')}". Say which part makes each split.`,
    );
  }
  return { assignment, notes };
}

/**
 * Groups the shards of a dataset into parts by their names: a word such as `train` in the name of the
 * file, or else in that of a folder it is in, or else the word that the file name begins with, or else its
 * folder. A single part whose name says nothing about splits becomes `train`.
 *
 * @param files paths of the shards, in order
 * @returns the shards of each part in the same order, and what was assumed
 */
export function groupShards(files: readonly string[]): {
  readonly parts: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly string[];
} {
  const parts = Map.groupBy(files, partOfShard);
  const [only] = parts.keys();
  if (parts.size !== 1 || splitWords.has(only)) return { parts, notes: [] };
  const note = 'The names of the files do not say which split they are; all of them are taken for "train".';
  return { parts: new Map([['train', files]]), notes: [note] };
}

/**
 * `train` of `data/train-00000-of-00002.parquet`, `train/0000.parquet`, `mnist_train.parquet` or
 * `imagenet-train/000.tar`.
 */
function partOfShard(path: string): string {
  const [fileName, ...folders] = path.toLowerCase().split('/').reverse();
  // Of `mnist_train` the last word counts, so that `train_extra` is a part of its own.
  const words = [fileName, ...folders].flatMap((name) =>
    name.split(/[^a-z_]+/).map((word) => word.replace(/_+$/, '').split('_').at(-1)!),
  );
  const known = words.find((word) => splitWords.has(word));
  // Shards of different folders are kept apart, whatever they are.
  return known ?? leadingWord(fileName) ?? (folders.reverse().join('/') || NAMELESS);
}

function leadingWord(fileName: string): string | undefined {
  return /^[a-z][a-z_]*(?=[-.\d])/.exec(fileName)?.[0].replace(/_+$/, '');
}
