const taskId = (task: string): string => task.toLowerCase();

/** The ids of a benchmark's steps: what writes the steps and what collects their results both use them. */
export const benchmarkStepIds = {
  importModel: 'import-model',
  render: (task: string) => `render-${taskId(task)}`,
  importDataset: (task: string) => `import-${taskId(task)}`,
  head: (task: string) => `head-${taskId(task)}`,
  finetune: (mode: string, task: string, seed: number) => `finetune-${mode}-${taskId(task)}-seed${seed}`,
  add: (method: string, seed: number) => `add-${method}-seed${seed}`,
  negate: (method: string, seed: number) => `negate-${method}-seed${seed}`,
  initialize: 'initialize',
  finetuneRandom: (mode: string, task: string) => `finetune-random-${mode}-${taskId(task)}`,
  addRandom: (mode: string) => `add-random-${mode}`,
} as const;
