import type { Wizard } from '../wizard';
import SettingsStep from './SettingsStep.svelte';
import TaskStep from './TaskStep.svelte';

/** Computes the kernel of a task against a control. */
export const ntkWizard: Wizard = {
  kind: 'ntk',
  title: 'NTK spectrum',
  summary: 'Find the eigenfunctions of the tangent kernel of a task, and how local their energy is.',
  empty: () => ({
    kind: 'ntk',
    specVersion: 1,
    params: {
      scalar: 'classLogit',
      outputs: null,
      split: 'train',
      imageCount: 200,
      recipe: 'rectangular',
      rank: null,
      method: 'gram',
      blockSize: 100,
      engine: 'auto',
    },
    inputs: {
      model: null,
      task: { dataset: null, head: null },
      control: { dataset: null },
      taskVector: null,
    },
    seed: 0,
  }),
  steps: [
    { title: 'Task and control', component: TaskStep, fields: ['inputs'] },
    { title: 'Kernel', component: SettingsStep, fields: ['params', 'seed'] },
  ],
};
