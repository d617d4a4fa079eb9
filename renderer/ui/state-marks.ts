import type { StudyRecord, StudyStepRecord } from '#contract/records';

/** A state of a run, a step or a study. */
export type ShownState = StudyStepRecord['state'] | StudyRecord['state'];

/** The shape says the state as well, for those who cannot tell the colors apart. */
export const stateMarks: Readonly<Record<ShownState, string>> = {
  waiting: '○',
  queued: '◌',
  running: '●',
  finished: '✓',
  failed: '✕',
  cancelled: '⊘',
  interrupted: '‖',
  stopped: '‖',
};
