import type { RunKind, RunSpecOf } from '#contract/specs/index';
import type { RunContext } from '../run-context';

type Procedure<K extends RunKind> = (spec: RunSpecOf<K>, context: RunContext) => Promise<void>;

/**
 * What executes each kind of run; a missing kind does not compile. A process executes one run, so it loads
 * that procedure with what it needs, and not the others with theirs.
 */
export const procedures: { readonly [K in RunKind]: () => Promise<Procedure<K>> } = {
  'import-dataset': async () => (await import('./import-dataset')).importDataset,
  'import-model': async () => (await import('./import-model')).importModel,
  'import-task-vector': async () => (await import('./import-task-vector')).importTaskVector,
  'import-head': async () => (await import('./import-head')).importHead,
  'render-tasks': async () => (await import('./render-tasks')).renderTasks,
  'class-head': async () => (await import('./class-head')).classHead,
  'zero-shot-head': async () => (await import('./zero-shot-head')).zeroShotHead,
  pretrain: async () => (await import('./pretrain')).pretrain,
  finetune: async () => (await import('./finetune')).finetune,
  evaluate: async () => (await import('./evaluate')).evaluate,
  'edit-add': async () => (await import('./edit-add')).editAdd,
  'edit-negate': async () => (await import('./edit-negate')).editNegate,
  'edit-merge': async () => (await import('./edit-merge')).editMerge,
  'edit-combine': async () => (await import('./edit-combine')).editCombine,
  responses: async () => (await import('./responses')).responses,
  'edit-search': async () => (await import('./edit-search')).editSearch,
  disentanglement: async () => (await import('./disentanglement')).disentanglement,
  ntk: async () => (await import('./ntk')).ntk,
  'kernel-predictor': async () => (await import('./kernel-predictor')).kernelPredictor,
  'initialize-model': async () => (await import('./initialize-model')).initializeModel,
  apply: async () => (await import('./apply')).apply,
  forecast: async () => (await import('./forecast')).forecast,
  'export-model': async () => (await import('./export-model')).exportModel,
  inspect: async () => (await import('./inspect')).inspect,
};
