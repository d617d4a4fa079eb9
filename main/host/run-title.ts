import { basename } from 'node:path';
import { assertNever } from '#contract/errors';
import type { RunSpec } from '#contract/specs/index';

/**
 * Names a run for people, from its spec and the names of its inputs.
 *
 * @param spec a valid spec
 * @param labelOf label of an input by its role
 */
export function runTitle(spec: RunSpec, labelOf: (role: string) => string): string {
  switch (spec.kind) {
    case 'import-dataset':
      return `Import dataset ${spec.params.name}`;
    case 'import-model':
      return `Import model ${spec.params.name}`;
    case 'import-task-vector':
      return `Import task vector ${spec.params.name}`;
    case 'import-head':
      return `Import head for ${labelOf('dataset')} from ${basename(spec.params.file)}`;
    case 'render-tasks':
      return `Render image tasks ${spec.params.tasks.join(', ')}`;
    case 'class-head':
      return `Class-embedding head for ${labelOf('dataset')}`;
    case 'zero-shot-head':
      return `Zero-shot head for ${labelOf('dataset')}`;
    case 'pretrain':
      return `Pre-train ${spec.params.name}`;
    case 'finetune':
      return `Fine-tune on ${labelOf('dataset')} (${spec.params.mode})`;
    case 'evaluate':
      return `Evaluate on ${labelOf('dataset')} ${spec.params.split} (${spec.params.mode})`;
    case 'edit-add':
      return `Add ${several(spec.inputs.tasks, 'task')} (${spec.params.mode})`;
    case 'edit-negate':
      return `Negate ${several(spec.inputs.tasks, 'task')} (${spec.params.mode})`;
    case 'edit-merge':
      return `Merge ${several(spec.inputs.tasks, 'task')} by ${spec.params.rule.name} (${spec.params.mode})`;
    case 'edit-combine':
      return `Combine ${several(spec.inputs.taskVectors, 'task vector')} (${spec.params.mode})`;
    case 'responses':
      return `Responses of ${several(spec.inputs.datasets, 'dataset')} to ${several(spec.inputs.taskVectors, 'task vector')}`;
    case 'edit-search':
      return `Search coefficients to ${spec.params.operation} ${several(spec.inputs.tasks, 'task')}`;
    case 'disentanglement':
      return `Disentanglement of ${spec.inputs.tasks.map((_, t) => labelOf(`tasks.${t}.dataset`)).join(', ')} (${spec.params.mode})`;
    case 'ntk':
      return `NTK of ${labelOf('task.dataset')} against ${labelOf('control.dataset')}`;
    case 'kernel-predictor':
      return `Kernel predictor of ${labelOf('dataset')}`;
    case 'initialize-model':
      return `Random initialization of ${labelOf('model')} (seed ${spec.seed})`;
    case 'apply':
      return `Apply ${labelOf('model')} to ${basename(spec.params.pixels.path)}`;
    case 'forecast':
      return `Forecast ${spec.params.work} with ${labelOf('model')}, batches of ${spec.params.batchSize}`;
    case 'export-model':
      return `Export ${labelOf('model')} (${spec.params.format})`;
    case 'inspect':
      return `Inspect ${basename(spec.params.path)}`;
    default:
      return assertNever(spec);
  }
}

function several({ length }: readonly unknown[], noun: string): string {
  return `${length} ${noun}${length === 1 ? '' : 's'}`;
}
