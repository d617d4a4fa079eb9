import VectorsStep from '../edit-add/VectorsStep.svelte';
import type { Wizard } from '../wizard';
import SettingsStep from './SettingsStep.svelte';

/** Maps how far two task vectors disturb each other; begins with what the paper draws. */
export const disentanglementWizard: Wizard = {
  kind: 'disentanglement',
  title: 'Disentanglement map',
  summary: 'Map ξ: on how many images each task is disturbed by the vector of another.',
  empty: () => ({
    kind: 'disentanglement',
    specVersion: 1,
    params: {
      mode: 'linear',
      split: 'test',
      cells: { shape: 'map', from: -3, to: 3, points: 21 },
      imageCount: 2048,
      batchSize: 128,
      engine: 'auto',
    },
    inputs: { model: null, tasks: [] },
    seed: 0,
  }),
  steps: [
    { title: 'Task vectors', component: VectorsStep, fields: ['inputs'] },
    { title: 'Map', component: SettingsStep, fields: ['params', 'seed'] },
  ],
};
