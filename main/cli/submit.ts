import type { RunSpec } from '#contract/specs/index';
import type { CommandContext } from './command-context';
import { exitCodes } from './exit-codes';
import { outputOf } from './find-artifact';
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

/**
 * Submits a spec, follows its run to the end and reads what it made.
 *
 * @param again whether to compute anew what a finished run of the same spec has already made
 * @param output the JSON output that is wanted
 * @param output.role its role
 * @param output.schema what it must be
 * @returns the exit code, and the output unless the run did not finish
 */
export async function submitAndRead<T>(
  context: CommandContext,
  spec: RunSpec,
  again: boolean,
  output: { readonly role: string; readonly schema: { readonly parse: (value: unknown) => T } },
): Promise<{ code: number; result: T | null }> {
  const { client } = context.session;
  const { runId, code } = await submitAndFind(context, spec, again);
  if (code !== exitCodes.ok) return { code, result: null };
  const { id } = outputOf(await client.query('runs.get', { runId }), output.role);
  return { code, result: output.schema.parse(await client.query('artifacts.json', { id })) };
}
