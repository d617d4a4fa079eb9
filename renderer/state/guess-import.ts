import type { FolderListing } from '#contract/folder-listing';
import { guessSubject } from '#contract/import-specs';
import type { ImportKind } from './route';

/** What a file or folder seems to be, and why. */
export interface ImportGuess {
  readonly kind: ImportKind;
  readonly reason: string;
}

/** Guesses by names alone what the chosen file or folder is to be imported as; what is in it is read later. */
export function guessImport({ file, entries }: FolderListing): ImportGuess {
  const names = file === null ? entries.map(({ name }) => name) : [file];
  if (guessSubject(names) === 'dataset') {
    return { kind: 'import-dataset', reason: 'There is no file of weights.' };
  }
  const own = names.map((name) => name.split(/[\\/]/).at(-1)!);
  if (own.some((name) => /^head/i.test(name))) {
    return { kind: 'import-head', reason: 'A file of weights is called a head.' };
  }
  if (own.some((name) => /fine-?tuned|task-?_?vector/i.test(name))) {
    return { kind: 'import-task-vector', reason: 'A file of weights is called fine-tuned.' };
  }
  return { kind: 'import-model', reason: 'There is a file of weights.' };
}
