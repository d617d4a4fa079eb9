import type { LabMessage, WorkerMessage } from '#contract/worker-messages';

/** The worker's line to its host. */
export interface HostChannel {
  send(message: WorkerMessage | LabMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves when everything that was sent has left this process. */
  drain(): Promise<void>;
}

/** The part of Electron's utility-process port that is used here; typed without importing Electron. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * Opens the line to the host: the parent port of an Electron utility process, or the IPC channel
 * of a forked Node process. A worker must not outlive its host, so the process ends when the
 * channel breaks; Electron ends utility processes itself.
 */
export function openHostChannel(): HostChannel {
  const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
      drain: () => Promise.resolve(),
    };
  }
  process.on('disconnect', () => process.exit(1));
  let lastSent = Promise.resolve();
  return {
    send: (message) => {
      lastSent = new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
    },
    onMessage: (listener) => void process.on('message', listener),
    drain: () => lastSent,
  };
}
