import { classHeadSpec } from '#contract/import-specs';
import type { Wizard } from '../wizard';
import EmbeddingStep from './EmbeddingStep.svelte';

/** Draws a head where there is no text tower. */
export const classHeadWizard: Wizard = {
  kind: 'class-head',
  title: 'Random head',
  summary: 'Draw a fixed random embedding for each class, for models without a text tower.',
  empty: () => classHeadSpec(null, null),
  steps: [{ title: 'Dataset and size', component: EmbeddingStep, fields: ['params', 'inputs', 'seed'] }],
};
