import { importTaskVectorSpec, noSource } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import SourceStep from './SourceStep.svelte';

/** Reads what was fine-tuned elsewhere. */
export const importTaskVectorWizard: Wizard = {
  kind: 'import-task-vector',
  title: 'Import a task vector',
  summary: 'Read what was fine-tuned elsewhere from a model of the library, as θ or as θ − θ0.',
  empty: () => importTaskVectorSpec(noSource, null),
  steps: [{ title: 'Source and model', component: SourceStep, fields: ['params', 'inputs'] }],
};
