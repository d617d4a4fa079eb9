import type { RunKind } from '#contract/specs/index';

/** Kinds of runs that have a wizard. Apart from the wizards, which are large. */
export const wizardKinds = [
  'finetune',
  'edit-add',
  'edit-negate',
  'disentanglement',
  'ntk',
  'import-model',
  'import-dataset',
  'zero-shot-head',
  'import-task-vector',
  'import-head',
  'class-head',
  'initialize-model',
] as const satisfies readonly RunKind[];
/** See {@link wizardKinds}. */
export type WizardKind = (typeof wizardKinds)[number];
