import type { RunSpec } from '#contract/specs/index';
import type { CommandContext } from './command-context';
import { followRun } from './follow-run';

/**
 * Submits a spec and follows its run to the end.
 *
 * @param again whether to compute anew what a finished run of the same spec has already made
 * @returns the exit code of the command
 */
export async function submitAndFollow(
  context: CommandContext,
  spec: RunSpec,
  again: boolean,
): Promise<number> {
  return (await submitAndFind(context, spec, again)).code;
}

/** Submits a spec and follows its run to the end as {@link submitAndFollow} does; also tells which run it is. */
export async function submitAndFind(
  context: CommandContext,
  spec: RunSpec,
  again: boolean,
): Promise<{ runId: string; code: number }> {
  const run = await context.session.client.mutate('runs.submit', { spec, reuse: !again });
  return { runId: run.id, code: await followRun(context, run) };
}
