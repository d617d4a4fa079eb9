import type { Command } from 'commander';
import type { HostDescription } from '#contract/records';
import { defaultDataDirectory } from '#host/data-directory';
import { exitCodes } from './exit-codes';
import { createOutput, type Output } from './output';
import { openSession, type Session } from './session';

interface GlobalOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly jobs?: number;
}

/** What a command works with. */
export interface CommandContext {
  readonly session: Session;
  readonly output: Output;
}

/**
 * Runs a command with an open session and closes it afterwards, also on Ctrl-C: work under way is
 * then interrupted and can be resumed.
 *
 * @param command the command, whose global options say which data directory
 * @param work what it does; returns its exit code
 * @param needs which kind of session
 */
export async function withSession(
  command: Command,
  work: (context: CommandContext) => Promise<number>,
  needs: { shell?: HostDescription['shell']; servesPage?: boolean } = {},
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const output = createOutput(options.json === true);
  const session = await openSession({
    dataDirectory: options.dataDir ?? defaultDataDirectory(),
    shell: needs.shell ?? 'cli',
    servesPage: needs.servesPage ?? false,
    ...(options.jobs === undefined ? {} : { maxWorkers: options.jobs }),
  });
  let isInterrupted = false;
  const interrupted = new Promise<number>((resolve) => {
    const onSignal = () => {
      if (isInterrupted) process.exit(exitCodes.interrupted);
      isInterrupted = true;
      resolve(exitCodes.interrupted);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  try {
    process.exitCode = await Promise.race([work({ session, output }), interrupted]);
    if (isInterrupted)
      output.note('\nStopped. What was under way continues when you run the same command again.');
  } finally {
    await session.close();
  }
}
