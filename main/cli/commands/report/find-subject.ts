import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { ReportDocument } from '#contract/report';

/**
 * Finds what a report shall be about: one study by its id or template, runs by their ids, or the newest study that has
 * finished.
 *
 * @param names what was written on the command line
 * @throws {AppError} `nothing_to_show` if nothing was named and no study has finished; `unknown_run`
 */
export async function findSubject(
  client: HostClient,
  names: readonly string[],
): Promise<ReportDocument['subject']> {
  const studies = await client.query('studies.list', undefined);
  if (names.length === 0) {
    const newest = studies.find(({ state }) => state === 'finished');
    if (newest !== undefined) return { studyId: newest.id };
    throw new AppError('nothing_to_show', 'No study has finished yet; name a study or runs.');
  }
  const [name] = names;
  const study = studies.find(({ id, template }) => id === name || template === name);
  if (study !== undefined && names.length === 1) return { studyId: study.id };
  const runs = await Promise.all(names.map((runId) => client.query('runs.get', { runId })));
  return { runIds: runs.map(({ id }) => id) };
}
