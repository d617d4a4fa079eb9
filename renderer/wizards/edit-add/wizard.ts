import type { Wizard } from '../wizard';
import SettingsStep from './SettingsStep.svelte';
import VectorsStep from './VectorsStep.svelte';

/** Adds task vectors by the paper's protocol. */
export const editAddWizard: Wizard = {
  kind: 'edit-add',
  title: 'Task addition',
  summary: 'Add task vectors with one α, chosen on validation images, and measure every task.',
  empty: () => ({
    kind: 'edit-add',
    specVersion: 2,
    params: { mode: 'linear', gridPoints: 21, batchSize: 128, engine: 'auto' },
    inputs: { model: null, tasks: [] },
    seed: 0,
  }),
  steps: [
    { title: 'Task vectors', component: VectorsStep, fields: ['inputs'] },
    { title: 'Search', component: SettingsStep, fields: ['params'] },
  ],
};
