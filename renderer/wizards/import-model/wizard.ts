import { importModelSpec, noSource } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import FactsStep from './FactsStep.svelte';
import SourceStep from './SourceStep.svelte';

/** Reads a CLIP checkpoint. */
export const importModelWizard: Wizard = {
  kind: 'import-model',
  title: 'Import a model',
  summary:
    'Read a CLIP checkpoint: what its files say, and what you say otherwise. Nothing in it is executed.',
  empty: () => importModelSpec(noSource),
  steps: [
    { title: 'Source', component: SourceStep, fields: ['params.path', 'params.fingerprint', 'params.name'] },
    {
      title: 'What files do not say',
      component: FactsStep,
      fields: ['params.heads', 'params.activation', 'params.preprocessing'],
    },
  ],
};
