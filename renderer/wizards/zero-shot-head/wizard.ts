import { zeroShotHeadSpec } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import PromptsStep from './PromptsStep.svelte';
import TaskStep from './TaskStep.svelte';

/** Makes the head of a dataset from prompts. */
export const zeroShotHeadWizard: Wizard = {
  kind: 'zero-shot-head',
  title: 'Zero-shot head',
  summary: 'Encode prompts for every class of a dataset with the text tower of a model.',
  empty: () =>
    zeroShotHeadSpec(
      { dataset: null, textEncoder: null, tokenizer: null },
      { templates: null, promptNames: null },
    ),
  steps: [
    { title: 'Dataset and text tower', component: TaskStep, fields: ['inputs', 'params.engine'] },
    { title: 'Prompts', component: PromptsStep, fields: ['params.templates', 'params.promptNames'] },
  ],
};
