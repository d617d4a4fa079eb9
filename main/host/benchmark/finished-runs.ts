import type { Catalog } from '#catalog/open-catalog';

/**
 * Finds the runs of a study that have finished.
 *
 * @returns ids of runs by the id of their step, in the order of the steps
 */
export function finishedRuns(
  studyId: string,
  { studies, runs }: Pick<Catalog, 'studies' | 'runs'>,
): ReadonlyMap<string, string> {
  const { template } = studies.get(studyId);
  const known = studies.steps(studyId);
  return new Map(
    template.steps.flatMap(({ id }) => {
      const runId = known.get(id)?.runId;
      return runId !== undefined && runs.get(runId).state === 'finished' ? [[id, runId] as const] : [];
    }),
  );
}
