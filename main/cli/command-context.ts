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
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        output.note('\nStopped. What was under way continues when you run the same command again.');
        resolve(exitCodes.interrupted);
      });
    }
  });
  try {
    process.exitCode = await Promise.race([work({ session, output }), interrupted]);
  } finally {
    await session.close();
  }
}
