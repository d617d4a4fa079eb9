import type { HostClient } from '#contract/api';
import type { Benchmark } from '#contract/benchmark';
import { studyTemplateSchema, type BenchmarkCheck, type StudyTemplate } from '#contract/study-template';
import { DraftState } from '../draft-state.svelte';

/** The draft of the study wizard: a definition in the making. */
export type StudyDraft = DraftState<StudyTemplate>;

/** What a step of the study wizard is given. */
export interface StudyStepProps {
  readonly client: HostClient;
  readonly draft: StudyDraft;
  /** The template that the draft began with; null for a definition of somebody's own. */
  readonly template: StudyTemplate | null;
  readonly templates: readonly StudyTemplate[];
  /** What of it is there; null until it is known. */
  readonly check: BenchmarkCheck | null;
}

/** Makes the draft that is kept in this browser. */
export function openStudyDraft(): StudyDraft {
  return new DraftState('study', () => ({ format: null }), studyTemplateSchema);
}

/** The benchmark of a draft that has one, whatever is wrong with it. */
export function benchmarkOf(draft: StudyDraft): Benchmark | null {
  // Fields change what is inside, but never the shape: a text is taken only if it is valid.
  return draft.at('format') === 'tangent-benchmark/1' ? (draft.at('benchmark') as Benchmark) : null;
}

/**
 * Loads the definition that an earlier study was started with, to be changed.
 *
 * @param templates those of the program, for the presets of its template
 */
export async function loadEarlier(
  client: HostClient,
  studyId: string,
  templates: readonly StudyTemplate[],
): Promise<StudyTemplate> {
  const graph = await client.query('studies.definition', { studyId });
  const { name, title, description, benchmark } = graph;
  if (benchmark === undefined) return graph;
  const template = templates.find((other) => other.name === name);
  const presets = template?.format === 'tangent-benchmark/1' ? template.presets : {};
  return { format: 'tangent-benchmark/1', name, title, description, benchmark, presets };
}
