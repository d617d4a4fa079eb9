import type { WorkerRequest } from '#contract/worker-messages';

/** How a worker process ended. */
export interface WorkerExit {
  /** Exit code, or null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines it wrote to its error stream, where the launcher can see them. */
  readonly lastWords?: string;
}

/** One worker process, whatever started it. */
export interface WorkerHandle {
  readonly pid: number | undefined;
  send(message: WorkerRequest): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also if the process could not be started. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

/** Starts worker processes: `child_process.fork` in Node, `utilityProcess.fork` in Electron. */
export interface WorkerLauncher {
  /** @param environment what the process's environment must say besides the host's own */
  launch(environment?: Readonly<Record<string, string>>): WorkerHandle;
}
