import type { HostClient } from '#contract/api';
import { isSettled, type RunSummary, type StudyRecord } from '#contract/records';
import type { CommandContext } from '#cli/command-context';
import { describeError } from '#cli/follow-run';
import type { Output } from '#cli/output';
import { createStudyProgress } from '#cli/study-progress';
import { follow } from '#cli/subscribe';
import { reportProblem } from '../runs';

/** Shows the study's runs until it has finished or stopped. */
export async function followStudy(
  { session: { client }, output, signal }: CommandContext,
  study: StudyRecord,
): Promise<StudyRecord> {
  output.line(`${study.title} (study ${study.id}, ${study.steps.length} runs)`);
  const progress = createStudyProgress(output);
  const end = new AbortController();
  const showRun = (run: RunSummary) => {
    output.value({ run });
    progress.showRun(run);
  };
  let last = study;
  const showStudy = (record: StudyRecord) => {
    last = record;
    output.value(record);
    progress.showStudy(record);
  };
  try {
    await Promise.race([
      follow(client, 'studies.changes', { studyId: study.id }, showStudy, signal),
      follow(client, 'runs.changes', undefined, showRun, AbortSignal.any([signal, end.signal])),
    ]);
  } finally {
    end.abort();
    progress.stop();
  }
  return last;
}

/** Tells why a study stopped. */
export async function reportStop(client: HostClient, study: StudyRecord, output: Output): Promise<void> {
  if (study.error !== null) output.note(describeError(study.error));
  for (const step of study.steps) {
    if (step.runId === null || step.state === 'waiting' || !isSettled(step.state)) continue;
    reportProblem(await client.query('runs.get', { runId: step.runId }), output);
  }
  output.note(
    `The study stopped. "tangent study continue ${study.id}" goes on with it: finished runs are kept, stopped ones continue.`,
  );
}
