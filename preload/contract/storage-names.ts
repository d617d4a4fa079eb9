import type { LeftoverGroup, StoragePart } from './storage';

/** What the parts of a data directory are called, for people. */
export const partNames: Readonly<Record<StoragePart, string>> = {
  catalog: 'catalog',
  checkpoints: 'checkpoints of runs',
  labs: 'what edit labs keep',
  rendered: 'rendered image folders',
  engines: 'native engines',
  wheels: 'fetched wheels',
  temporary: 'half-written files',
  other: 'other files',
};

/** What can be removed, and what it means that it is gone, for people. */
export const leftoverNames: Readonly<
  Record<LeftoverGroup, { readonly name: string; readonly after: string }>
> = {
  temporary: {
    name: 'half-written files of killed processes',
    after: 'Nothing can read them.',
  },
  checkpoints: {
    name: 'checkpoints of runs that have finished',
    after: 'Runs that were stopped keep theirs.',
  },
  labs: {
    name: 'what closed edit labs keep',
    after: 'A lab takes as long to open as it did at first.',
  },
  unreferenced: {
    name: 'artifact files that no run has announced',
    after: 'The runs were killed before they did; a resumed run writes them again.',
  },
  engines: {
    name: 'engines of other versions of the program',
    after: 'This version cannot load them. Those for other processors stay.',
  },
  wheels: {
    name: 'wheels that engines were installed from',
    after: 'Another installation fetches them again.',
  },
};
