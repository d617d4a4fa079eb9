import type { EnvironmentRecord, RunEventBody } from '#contract/events';
import type { PlainError } from '#contract/errors';
import type { WorkerRequest } from '#contract/worker-messages';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '#host/launcher';

/** A request that starts a run. */
export type StartRequest = Extract<WorkerRequest, { type: 'start' }>;

/** What a scripted worker does with its run; without one the test speaks for the worker. */
export type WorkerScript = (worker: ScriptedWorker, request: StartRequest) => void | Promise<void>;

/** What a worker says of the engine it runs on. */
export const exampleEnvironment: EnvironmentRecord = {
  appVersion: '0.1.0',
  appCommit: null,
  engine: {
    name: 'wasm',
    device: 'cpu',
    version: '4.22.0',
    threads: 1,
    deterministic: true,
    refused: [],
  },
  node: 'v24',
  platform: 'linux-x64',
  cpu: 'any',
};

/** A worker process that exists only in memory: it says what the test tells it to say. */
export class ScriptedWorker implements WorkerHandle {
  readonly pid: number;
  /** Everything the host has sent. */
  readonly requests: WorkerRequest[] = [];
  isKilled = false;
  hasExited = false;
  /** Whether the worker ends its run when it is asked to cancel. */
  obeysCancel = true;
  /** What the worker does when it is asked which engines load. */
  answerProbe: (worker: ScriptedWorker) => void = (worker) => {
    worker.say({ type: 'environment', environment: exampleEnvironment });
    worker.end('finished');
  };
  #sequence = 0;
  readonly #messageListeners: ((message: unknown) => void)[] = [];
  readonly #exitListeners: ((exit: WorkerExit) => void)[] = [];
  readonly #script: WorkerScript | undefined;

  constructor(pid: number, script: WorkerScript | undefined) {
    this.pid = pid;
    this.#script = script;
  }

  /** The request that started the worker. */
  get start(): StartRequest {
    const request = this.requests.find((sent) => sent.type === 'start');
    if (request === undefined) throw new Error('the worker was not started on a run');
    return request;
  }

  send(message: WorkerRequest): void {
    this.requests.push(message);
    if (message.type === 'start') {
      this.#sequence = message.firstSequence - 1;
      setImmediate(() => void this.#script?.(this, message));
    }
    if (message.type === 'probe') setImmediate(() => this.answerProbe(this));
    if (message.type === 'cancel' && this.obeysCancel) setImmediate(() => this.end('cancelled'));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Ends as a real process does: soon, not at once. */
  kill(): void {
    this.isKilled = true;
    setImmediate(() => this.exit({ code: null, signal: 'SIGKILL' }));
  }

  /** Says something under the next sequence number. */
  say(body: RunEventBody, at = Date.now()): void {
    this.#sequence += 1;
    this.sayRaw({ sequence: this.#sequence, at, body });
  }

  /** Says something that need not be a message. */
  sayRaw(message: unknown): void {
    for (const listener of this.#messageListeners) listener(message);
  }

  /** Says the end event and exits. */
  end(outcome: 'finished' | 'failed' | 'cancelled', error: PlainError | null = null): void {
    if (this.hasExited) return;
    this.say({ type: 'end', outcome, error });
    this.exit({ code: 0, signal: null });
  }

  exit(exit: WorkerExit): void {
    if (this.hasExited) return;
    this.hasExited = true;
    for (const listener of this.#exitListeners) listener(exit);
  }
}

/** Starts workers in memory and remembers them in order. */
export class ScriptedLauncher implements WorkerLauncher {
  readonly workers: ScriptedWorker[] = [];
  readonly #script: WorkerScript | undefined;
  /** The largest number of workers that were alive at once. */
  mostAlive = 0;

  constructor(script?: WorkerScript) {
    this.#script = script;
  }

  launch(): ScriptedWorker {
    const worker = new ScriptedWorker(10_000 + this.workers.length, this.#script);
    this.workers.push(worker);
    this.mostAlive = Math.max(this.mostAlive, this.alive);
    return worker;
  }

  /** Number of workers that have not exited. */
  get alive(): number {
    return this.workers.filter((worker) => !worker.hasExited).length;
  }

  /** The worker that was started last. */
  get last(): ScriptedWorker {
    return this.workers.at(-1)!;
  }
}
