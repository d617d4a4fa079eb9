import type { RunKind, RunSpecOf } from '#contract/specs/index';
import type { RunContext } from '../run-context';
import { apply } from './apply';
import { classHead } from './class-head';
import { editAdd } from './edit-add';
import { evaluate } from './evaluate';
import { exportModel } from './export-model';
import { finetune } from './finetune';
import { forecast } from './forecast';
import { importDataset } from './import-dataset';
import { importHead } from './import-head';
import { importModel } from './import-model';
import { importTaskVector } from './import-task-vector';
import { inspect } from './inspect';
import { pretrain } from './pretrain';
import { renderTasks } from './render-tasks';
import { zeroShotHead } from './zero-shot-head';

/** What executes each kind of run; a missing kind does not compile. */
export const procedures: {
  readonly [K in RunKind]: (spec: RunSpecOf<K>, context: RunContext) => Promise<void>;
} = {
  'import-dataset': importDataset,
  'import-model': importModel,
  'import-task-vector': importTaskVector,
  'import-head': importHead,
  'render-tasks': renderTasks,
  'class-head': classHead,
  'zero-shot-head': zeroShotHead,
  pretrain,
  finetune,
  evaluate,
  'edit-add': editAdd,
  apply,
  forecast,
  'export-model': exportModel,
  inspect,
};
