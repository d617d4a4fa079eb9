import type { HostClient } from '#contract/api';
import type { RunSpec } from '#contract/specs/index';
import { followRun } from './follow-run';
import type { Output } from './output';

/**
 * Submits a spec and follows its run to the end.
 *
 * @param again whether to compute anew what a finished run of the same spec has already made
 * @returns the exit code of the command
 */
export async function submitAndFollow(
  client: HostClient,
  spec: RunSpec,
  output: Output,
  again = false,
): Promise<number> {
  return followRun(client, await client.mutate('runs.submit', { spec, reuse: !again }), output);
}
