import type { HostClient } from '#contract/api';
import type { ArtifactRecord } from '#contract/records';
import { additionResultSchema, type AdditionResult } from '#contract/results';

/** Loads the result of a task addition from a run's outputs; null if the run made none. */
export async function loadAddition(
  client: HostClient,
  outputs: readonly ArtifactRecord[],
): Promise<AdditionResult | null> {
  const addition = outputs.find(({ kind }) => kind === 'addition');
  if (addition === undefined) return null;
  return additionResultSchema.parse(await client.query('artifacts.json', { id: addition.id }));
}
