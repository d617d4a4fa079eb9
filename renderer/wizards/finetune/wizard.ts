import type { Wizard } from '../wizard';
import TaskStep from './TaskStep.svelte';
import TrainingStep from './TrainingStep.svelte';

/** Fine-tunes on one task; begins with what the paper's text says. */
export const finetuneWizard: Wizard = {
  kind: 'finetune',
  title: 'Fine-tune',
  summary: 'Train the image encoder on one task, as it is or linearised, and get a task vector.',
  empty: () => ({
    kind: 'finetune',
    specVersion: 2,
    params: {
      mode: 'linear',
      augmentation: 'random-resized-crop',
      optimizer: { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
      schedule: { steps: 2000, warmupSteps: 200, batchSize: 128, clipNorm: 1, checkpointEvery: 50 },
      engine: 'auto',
    },
    inputs: { model: null, dataset: null, head: null },
    seed: 0,
  }),
  steps: [
    {
      title: 'Task',
      component: TaskStep,
      fields: ['inputs.model', 'inputs.dataset', 'inputs.head', 'params.mode'],
    },
    {
      title: 'Training',
      component: TrainingStep,
      fields: ['params.optimizer', 'params.schedule', 'params.augmentation', 'params.engine', 'seed'],
    },
  ],
};
