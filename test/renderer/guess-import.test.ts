import { describe, expect, it } from 'vitest';
import type { FolderListing } from '#contract/folder-listing';
import { guessImport } from '#renderer/state/guess-import.ts';

function listing(file: string | null, ...names: string[]): FolderListing {
  const entries = names.map((name) => ({ name, path: `/x/${name}`, kind: 'file' as const, sizeBytes: 1 }));
  return { path: '/x', file, trail: [], places: [], entries, omitted: 0, hidden: 0 };
}

describe('what a file or folder seems to be', () => {
  it.each([
    ['import-dataset', listing(null, 'train', 'test')],
    ['import-model', listing(null, 'config.json', 'model.safetensors')],
    ['import-model', listing('/x/head/ViT-B-32.pt', 'ViT-B-32.pt')],
    ['import-task-vector', listing('/x/linear_finetuned.pt', 'zeroshot.pt', 'linear_finetuned.pt')],
    ['import-head', listing('/x/head_CarsVal.pt')],
    // The other files of the folder do not matter.
    ['import-dataset', listing('/x/train.parquet', 'model.safetensors')],
  ] as const)('is %s by its names', (kind, found) => {
    expect(guessImport(found).kind).toBe(kind);
  });
});
