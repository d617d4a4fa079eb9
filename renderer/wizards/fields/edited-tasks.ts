import type { RunSpecOf } from '#contract/specs/index';
import type { Fields } from '../draft-state.svelte';

/** Ids of the task vectors of the edited tasks of a draft. */
export function taskVectorIds(draft: Fields): string[] {
  return (draft.at('inputs.tasks') as { taskVector: string }[]).map(({ taskVector }) => taskVector);
}

/** What a draft gets for chosen task vectors: the model, each with its task, and a mode that fits them. */
export function editedTasks(
  draft: Fields,
  chosen: readonly { readonly id: string; readonly spec: RunSpecOf<'finetune'> }[],
): Readonly<Record<string, unknown>> {
  const first = chosen.at(0)?.spec;
  const mode = draft.at('params.mode');
  const fitting = first?.params.mode === 'linear' ? 'linear' : mode === 'linear' ? 'standard' : mode;
  return {
    'inputs.model': first?.inputs.model ?? null,
    'inputs.tasks': chosen.map(({ id, spec }) => ({
      dataset: spec.inputs.dataset,
      head: spec.inputs.head,
      taskVector: id,
    })),
    ...(first === undefined ? {} : { 'params.mode': fitting }),
  };
}

/** The modes in which the chosen vectors can be used. */
export function modesOf(draft: Fields): { value: string; label: string }[] {
  return draft.at('params.mode') === 'linear'
    ? [{ value: 'linear', label: 'linear: vectors of the tangent space, in the tangent space' }]
    : [
        { value: 'standard', label: 'standard: the network itself' },
        { value: 'posthoc', label: 'post-hoc: standard vectors in the first-order expansion' },
      ];
}
