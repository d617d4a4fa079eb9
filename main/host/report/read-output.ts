import type { z } from 'zod';
import { AppError } from '#contract/errors';
import type { ArtifactKind } from '#contract/events';
import type { ArtifactRecord } from '#contract/records';
import type { ReportSources } from './report-sources';

type Sources = Pick<ReportSources, 'catalog' | 'artifacts'>;

/**
 * Finds what a finished run has made.
 *
 * @param kind of the output
 * @returns null if it makes nothing of this kind
 * @throws {AppError} `unknown_run`; `nothing_to_show` if it has not finished
 */
export function findOutput(
  runId: string,
  kind: ArtifactKind,
  { catalog }: Pick<Sources, 'catalog'>,
): ArtifactRecord | null {
  const { state, title } = catalog.runs.get(runId);
  if (state !== 'finished') {
    throw new AppError('nothing_to_show', `The run ${runId} (${title}) has not finished: it is ${state}.`, {
      runId,
      state,
    });
  }
  return catalog.artifacts.ofRun(runId, 'output').find((output) => output.kind === kind) ?? null;
}

/**
 * Reads a result of a finished run.
 *
 * @param kind of the output
 * @param schema of its content
 * @throws {AppError} `unknown_run`; `nothing_to_show` if the run has not finished or makes nothing of this kind;
 *   `artifact_damaged`
 */
export async function readOutput<T>(
  runId: string,
  kind: ArtifactKind,
  schema: z.ZodType<T>,
  sources: Sources,
): Promise<T> {
  const output = findOutput(runId, kind, sources);
  if (output === null) {
    const { title } = sources.catalog.runs.get(runId);
    throw new AppError('nothing_to_show', `The run ${runId} (${title}) has no output of kind ${kind}.`, {
      runId,
      kind,
    });
  }
  return readContent(runId, output, schema, sources);
}

/**
 * Reads what an output of a run says.
 *
 * @param schema of its content
 * @throws {AppError} `artifact_damaged`
 */
export async function readContent<T>(
  runId: string,
  { id, kind }: Pick<ArtifactRecord, 'id' | 'kind'>,
  schema: z.ZodType<T>,
  { artifacts }: Pick<Sources, 'artifacts'>,
): Promise<T> {
  const text = (await artifacts.read(id)).toString();
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `The artifact ${id.slice(0, 12)} of run ${runId} is no ${kind}.`;
    throw new AppError('artifact_damaged', message, { artifactId: id }, { cause });
  }
}
