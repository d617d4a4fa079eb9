import type { HostClient } from '#contract/api';
import type { ArtifactKind } from '#contract/events';
import type { ArtifactRecord } from '#contract/records';

/**
 * Loads a JSON output of a run.
 *
 * @param outputs of the run
 * @param kind which of them
 * @param schema what it must be
 * @returns null if the run has made none
 */
export async function loadOutput<T>(
  client: HostClient,
  outputs: readonly ArtifactRecord[],
  kind: ArtifactKind,
  schema: { readonly parse: (value: unknown) => T },
): Promise<T | null> {
  const output = outputs.find((artifact) => artifact.kind === kind);
  return output === undefined ? null : schema.parse(await client.query('artifacts.json', { id: output.id }));
}
