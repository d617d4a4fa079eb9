import { importDatasetSpec, noSource } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import ReadingStep from './ReadingStep.svelte';
import SourceStep from './SourceStep.svelte';

/** Reads a dataset. */
export const importDatasetWizard: Wizard = {
  kind: 'import-dataset',
  title: 'Import a dataset',
  summary: 'Read images and their classes; report what was refused, and images that are in two splits.',
  empty: () => importDatasetSpec(noSource),
  steps: [
    { title: 'Source', component: SourceStep, fields: ['params.path', 'params.fingerprint', 'params.name'] },
    {
      title: 'Format and splits',
      component: ReadingStep,
      fields: [
        'params.format',
        'params.known',
        'params.parts',
        'params.valFraction',
        'params.valCap',
        'params.valList',
        'params.onUnreadable',
        'seed',
      ],
    },
  ],
};
