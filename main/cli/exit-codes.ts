import type { ErrorKind } from '#contract/errors';

/** How the command ends, for scripts. */
export const exitCodes = {
  ok: 0,
  /** A mistake of ours. */
  bug: 1,
  /** The arguments or files that were given; also when a run failed because of them. */
  user: 2,
  /** Disk, memory, engine, or a data directory in use. */
  environment: 3,
  /** The run was interrupted, or the study stopped; both can be continued. */
  stopped: 4,
  /** The run was cancelled. */
  cancelled: 5,
  /** "verify" found a difference. */
  differs: 6,
  /** Ctrl-C: work under way can be resumed. */
  interrupted: 130,
} as const;

/** Returns the exit code for an error. */
export function exitCodeOf(kind: ErrorKind): number {
  return exitCodes[kind];
}

/** The table of exit codes for `--help`. */
export const exitCodeHelp = `
Exit codes:
  0  done
  1  a mistake in the program
  2  an argument or a file that was given is wrong
  3  disk, memory, engine, or the data directory is in use
  4  the run was interrupted, or the study stopped (both can be continued)
  5  the run was cancelled
  6  verify found a difference
  130  ended with Ctrl-C; run the same command again to continue`;
