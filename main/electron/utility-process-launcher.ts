import type { Readable } from 'node:stream';
import { utilityProcess } from 'electron';
import { collectLastWords } from '#host/last-words';
import type { WorkerHandle, WorkerLauncher } from '#host/launcher';

/**
 * Makes the launcher for Electron: one utility process per worker.
 *
 * @param workerPath the built worker entry
 * @returns the launcher
 */
export function createUtilityProcessLauncher(workerPath: string): WorkerLauncher {
  return { launch: (environment = {}) => launch(workerPath, environment) };
}

function launch(workerPath: string, environment: Readonly<Record<string, string>>): WorkerHandle {
  const child = utilityProcess.fork(workerPath, [], {
    serviceName: 'Tangent worker',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let hasExited = false;
  const lastWords = collectLastWords(child.stderr as Readable | null);
  child.on('exit', () => {
    hasExited = true;
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => {
      // A worker that has just died is reported by its exit; a message to it is moot.
      if (!hasExited) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    // Electron reports a code only; a killed process has a code that is not 0.
    onExit: (listener) =>
      void child.once('exit', (code) => listener({ code, signal: null, lastWords: lastWords() })),
    kill: () => void child.kill(),
  };
}
