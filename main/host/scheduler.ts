import { z } from 'zod';
import { AppError, toPlainError } from '#contract/errors';
import type { RunEventBody } from '#contract/events';
import { isSettled, type RunSummary } from '#contract/records';
import { workerMessageSchema, type WorkerMessage, type WorkerRequest } from '#contract/worker-messages';
import type { Catalog } from '#catalog/open-catalog';
import type { Feed } from './feed';
import type { MemoryRoom } from './memory-room';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from './launcher';

/** What of a specification tells how much memory its run takes. */
const likenessSchema = z.looseObject({
  params: z.looseObject({ mode: z.string().optional() }),
  inputs: z.looseObject({ model: z.string().optional() }),
});

/** How long a worker has to go by itself before it is killed. */
const GRACE_MS = 10_000;

/** What the scheduler needs from its host. */
export interface SchedulerOptions {
  readonly catalog: Catalog;
  readonly launcher: WorkerLauncher;
  readonly maxWorkers: number;
  /** Decides whether a run may start beside others; one alone always may. */
  readonly room: MemoryRoom;
  /** Told the id of a run after anything about it was stored. */
  readonly touched: Feed<string>;
  /** Makes the request that starts a worker on a run. */
  readonly startRequest: (run: RunSummary) => WorkerRequest;
  /** Told the id of a run that has finished and whose worker has gone: its checkpoints serve no more. */
  readonly onFinished: (runId: string) => void;
  readonly graceMs?: number;
  readonly now?: () => number;
}

interface ActiveRun {
  /** Shared by runs that take about the same memory. */
  readonly likeness: string;
  readonly worker: WorkerHandle;
  /** When its worker was launched. */
  readonly launchedAt: number;
  readonly attempt: number;
  hasEnded: boolean;
  isCancelled: boolean;
  graceTimer: NodeJS.Timeout | null;
}

/** Executes queued runs in order, each in a worker process of its own, as many at once as cores and memory allow. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #active = new Map<string, ActiveRun>();
  readonly #now: () => number;
  #isClosed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Starts queued runs while there are free places. Call after anything was queued. */
  pump(): void {
    if (this.#isClosed) return;
    const { catalog, maxWorkers, room } = this.#options;
    for (const run of catalog.runs.queued()) {
      if (this.#active.size >= maxWorkers) return;
      // A run that was resumed while the worker of its last attempt is still going waits for it to be gone.
      if (this.#active.has(run.id)) continue;
      const likeness = this.#likenessOf(run);
      const running = [...this.#active.values()].map((active) => ({
        likeness: active.likeness,
        pid: active.worker.pid,
      }));
      if (likeness.usesModel && room.mustWaitForFirst(likeness.name, running)) continue;
      // Smaller runs behind it do not overtake: they could keep it waiting for ever.
      if (running.length > 0 && !room.hasRoomFor(likeness.name, running)) return;
      this.#start(run, likeness.name);
    }
  }

  /** Names what runs of about the same memory share: kind, mode and model. Those without a model take little. */
  #likenessOf({ id, kind }: RunSummary): { name: string; usesModel: boolean } {
    const stored = likenessSchema.safeParse(this.#options.catalog.runs.storedSpec(id));
    const { params, inputs } = stored.data ?? { params: {}, inputs: {} };
    return { name: [kind, params.mode, inputs.model].join('/'), usesModel: inputs.model !== undefined };
  }

  /**
   * Cancels a run: at once if it is queued, else by asking its worker and killing it after a grace
   * period. Its checkpoints stay, so it can be resumed.
   *
   * @throws {AppError} `wrong_state` if the run has settled
   */
  cancel(runId: string): void {
    const run = this.#options.catalog.runs.get(runId);
    if (isSettled(run.state)) {
      throw new AppError('wrong_state', `Run ${runId} is ${run.state}; there is nothing to cancel.`, {
        runId,
      });
    }
    const active = this.#active.get(runId);
    if (active === undefined || active.hasEnded) {
      this.#append(runId, run.attempt, { type: 'end', outcome: 'cancelled', error: null });
      return;
    }
    if (active.isCancelled) return;
    active.isCancelled = true;
    active.worker.send({ type: 'cancel' });
    this.#killAfterGrace(active);
  }

  /** Whether a worker of this run is there, also after the run has ended. */
  isActive(runId: string): boolean {
    return this.#active.has(runId);
  }

  /** When the oldest worker that is there was launched; null if none is. */
  oldestLaunch(): number | null {
    const launches = [...this.#active.values()].map(({ launchedAt }) => launchedAt);
    return launches.length === 0 ? null : Math.min(...launches);
  }

  /** Kills every worker and waits for them to go; their runs become interrupted and can be resumed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const gone = [...this.#active.values()].map(
      ({ worker }) => new Promise<void>((resolve) => worker.onExit(() => resolve())),
    );
    for (const { worker } of this.#active.values()) worker.kill();
    await Promise.all(gone);
  }

  #start(run: RunSummary, likeness: string): void {
    const { catalog, launcher, startRequest, touched } = this.#options;
    let request: WorkerRequest;
    try {
      request = startRequest(run);
    } catch (error) {
      // For example a stored spec that is no longer valid: it must not keep the others from starting.
      this.#append(run.id, run.attempt, { type: 'end', outcome: 'failed', error: toPlainError(error) });
      return;
    }
    const active: ActiveRun = {
      likeness,
      worker: launcher.launch(),
      launchedAt: this.#now(),
      attempt: run.attempt,
      hasEnded: false,
      isCancelled: false,
      graceTimer: null,
    };
    this.#active.set(run.id, active);
    catalog.runs.markRunning(run.id, this.#now());
    touched.publish(run.id);
    active.worker.onMessage((message) => this.#receive(run.id, active, message));
    active.worker.onExit((exit) => this.#finish(run.id, active, exit));
    active.worker.send(request);
  }

  #receive(runId: string, active: ActiveRun, message: unknown): void {
    if (active.hasEnded) return;
    try {
      this.#store(runId, active, workerMessageSchema.parse(message));
    } catch (error) {
      // The record of this run can no longer be trusted to be whole: end the attempt, keep the checkpoints.
      active.hasEnded = true;
      active.worker.kill();
      this.#settle(() =>
        this.#options.catalog.events.markInterrupted(runId, toPlainError(error), this.#now()),
      );
    }
    this.#options.touched.publish(runId);
  }

  /**
   * Records the end of an attempt. Where that cannot be stored, for example on a full disk, nothing more
   * is started, and the next opening of the data directory finds the run running and marks it.
   */
  #settle(record: () => void): void {
    try {
      record();
    } catch {
      this.#isClosed = true;
    }
  }

  #store(runId: string, active: ActiveRun, message: WorkerMessage): void {
    const { catalog } = this.#options;
    if ('flush' in message) {
      catalog.flush();
      active.worker.send({ type: 'flushed' });
      return;
    }
    catalog.events.append({ runId, attempt: active.attempt, ...message });
    if (message.body.type !== 'end') return;
    active.hasEnded = true;
    this.#options.room.remember({ likeness: active.likeness, pid: active.worker.pid });
    this.#killAfterGrace(active);
  }

  /** A worker that was told to stop, or has said its last word, has this long to go by itself. */
  #killAfterGrace(active: ActiveRun): void {
    active.graceTimer ??= setTimeout(() => active.worker.kill(), this.#options.graceMs ?? GRACE_MS);
  }

  #finish(runId: string, active: ActiveRun, exit: WorkerExit): void {
    if (active.graceTimer !== null) clearTimeout(active.graceTimer);
    this.#active.delete(runId);
    if (!active.hasEnded) this.#settle(() => this.#recordGone(runId, active, exit));
    if (this.#options.catalog.runs.get(runId).state === 'finished') this.#options.onFinished(runId);
    this.#options.touched.publish(runId);
    this.pump();
  }

  #recordGone(runId: string, active: ActiveRun, exit: WorkerExit): void {
    if (active.isCancelled) {
      this.#append(runId, active.attempt, { type: 'end', outcome: 'cancelled', error: null });
      return;
    }
    const error = this.#isClosed ? closedError(runId) : crashError(runId, exit);
    this.#options.catalog.events.markInterrupted(runId, toPlainError(error), this.#now());
  }

  #append(runId: string, attempt: number, body: RunEventBody): void {
    const { catalog, touched } = this.#options;
    const sequence = catalog.runs.get(runId).lastSequence + 1;
    catalog.events.append({ runId, sequence, attempt, at: this.#now(), body });
    touched.publish(runId);
  }
}

function crashError(runId: string, exit: WorkerExit): AppError {
  const how =
    exit.signal !== null ? `was killed by ${exit.signal}` : `ended with exit code ${exit.code ?? 'unknown'}`;
  const words = exit.lastWords?.trim() ?? '';
  const message = `The worker of run ${runId} ${how} before the run ended.${words === '' ? '' : `\n${words}`}`;
  return new AppError('worker_crashed', message, { runId, exitCode: exit.code, signal: exit.signal });
}

function closedError(runId: string): AppError {
  return new AppError('run_interrupted', `Run ${runId} was interrupted because the program was closed.`, {
    runId,
  });
}
