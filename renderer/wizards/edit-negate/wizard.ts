import VectorsStep from '../edit-add/VectorsStep.svelte';
import type { Wizard } from '../wizard';
import ControlStep from './ControlStep.svelte';

/** Negates task vectors one by one by the paper's protocol. */
export const editNegateWizard: Wizard = {
  kind: 'edit-negate',
  title: 'Task negation',
  summary: 'Subtract each task vector as far as the accuracy on a control task allows.',
  empty: () => ({
    kind: 'edit-negate',
    specVersion: 1,
    params: { mode: 'linear', gridPoints: 21, controlThreshold: 0.95, batchSize: 128, engine: 'auto' },
    inputs: { model: null, tasks: [], control: { dataset: null, head: null } },
    seed: 0,
  }),
  steps: [
    { title: 'Task vectors', component: VectorsStep, fields: ['inputs.model', 'inputs.tasks'] },
    { title: 'Control and search', component: ControlStep, fields: ['inputs.control', 'params'] },
  ],
};
