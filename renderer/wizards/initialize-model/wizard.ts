import { randomModelSpec } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import ModelStep from './ModelStep.svelte';

/** Draws a random θ0 to compare with. */
export const initializeModelWizard: Wizard = {
  kind: 'initialize-model',
  title: 'Random model',
  summary: 'Draw a random θ0 of the sizes of a model, to tell what pre-training gives.',
  empty: () => randomModelSpec(null, null),
  steps: [{ title: 'Model', component: ModelStep, fields: ['params', 'inputs', 'seed'] }],
};
