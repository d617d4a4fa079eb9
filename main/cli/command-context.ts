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
  /** Aborts on Ctrl-C or when the command is told to end. */
  readonly signal: AbortSignal;
}

/** The reason with which a command's signal aborts. */
class Interrupted extends Error {}

/**
 * Runs a command with an open session and closes it afterwards, also on Ctrl-C: work under way is
 * then interrupted and can be resumed. A second Ctrl-C ends the command at once.
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
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort(new Interrupted());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  try {
    process.exitCode = await work({ session, output, signal: abort.signal });
    if (purpose === 'execute') await session.idle(abort.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = exitCodes.interrupted;
    if (purpose === 'execute') {
      output.note(
        session.isOwner
          ? '\nStopped. What was under way continues when you run the same command again.'
          : '\nNo longer following. What was under way goes on in the command or window that owns the data directory.',
      );
    }
  } finally {
    await session.close();
  }
}
