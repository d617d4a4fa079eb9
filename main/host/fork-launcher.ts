import { fork } from 'node:child_process';
import { collectLastWords } from './last-words';
import type { WorkerHandle, WorkerLauncher } from './launcher';

/**
 * Makes the launcher for plain Node: one child process per worker.
 *
 * @param workerPath the built worker entry
 * @returns the launcher
 */
export function createForkLauncher(workerPath: string): WorkerLauncher {
  return { launch: (environment = {}) => launch(workerPath, environment) };
}

function launch(workerPath: string, environment: Readonly<Record<string, string>>): WorkerHandle {
  const child = fork(workerPath, [], {
    serialization: 'advanced',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lastWords = collectLastWords(child.stderr);
  return {
    pid: child.pid,
    send: (message) => {
      // A worker that has just died is reported by its exit; a message to it is moot.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      let told = false;
      const tell = (exit: Parameters<typeof listener>[0]) => {
        if (!told) listener(exit);
        told = true;
      };
      child.on('error', (error) => tell({ code: null, signal: null, lastWords: error.message }));
      // `close` comes after the last message and the last words, unlike `exit`.
      child.on('close', (code, signal) => tell({ code, signal, lastWords: lastWords() }));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
