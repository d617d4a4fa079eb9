import type { RunKind } from '#contract/specs/index';

// Apart from the wizards, which are large.

/** Kinds of experiments that have a wizard. */
const experimentKinds = ['finetune', 'edit-add', 'edit-negate', 'disentanglement', 'ntk'] as const;

/** Kinds of runs that bring in or make what experiments begin with, and have a wizard. */
export const materialKinds = [
  'import-model',
  'import-dataset',
  'zero-shot-head',
  'import-task-vector',
  'import-head',
  'class-head',
  'initialize-model',
] as const;

/** All kinds of runs that have a wizard. */
export const wizardKinds = [...experimentKinds, ...materialKinds] as const satisfies readonly RunKind[];
/** See {@link wizardKinds}. */
export type WizardKind = (typeof wizardKinds)[number];
