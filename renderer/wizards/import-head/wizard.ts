import { importHeadSpec, noSource } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import SourceStep from './SourceStep.svelte';

/** Reads a frozen head. */
export const importHeadWizard: Wizard = {
  kind: 'import-head',
  title: 'Import a head',
  summary: 'Read the weights of a frozen classifier for the classes of a dataset.',
  empty: () => importHeadSpec(noSource, null),
  steps: [{ title: 'Source and dataset', component: SourceStep, fields: ['params', 'inputs'] }],
};
