import type { Command } from 'commander';
import { defaultDataDirectory } from '#host/data-directory';
import { exitCodes } from './exit-codes';
import { createOutput, type Output } from './output';
import { openSession, type Session, type SessionPurpose } from './session';

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
 * @param purpose what it needs the data directory for
 * @param work what it does; returns its exit code
 */
export async function withSession(
  command: Command,
  purpose: SessionPurpose,
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const output = createOutput(options.json === true);
  const session = await openSession({
    dataDirectory: options.dataDir ?? defaultDataDirectory(),
    purpose,
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
    process.exitCode = await Promise.race([workAndWait({ session, output }, work), interrupted]);
  } finally {
    await session.close();
  }
}

/** Does the work, then stays for runs that other commands have given to this process meanwhile. */
async function workAndWait(
  context: CommandContext,
  work: (context: CommandContext) => Promise<number>,
): Promise<number> {
  const code = await work(context);
  await context.session.idle();
  return code;
}
