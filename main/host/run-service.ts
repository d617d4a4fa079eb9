import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { sha256 } from '#artifacts/sha256';
import type { Catalog } from '#catalog/open-catalog';
import type { RunChanges } from '#catalog/runs';
import { AppError, toPlainError } from '#contract/errors';
import { isResumable, isSettled, type RunDetail, type RunEstimate, type RunSummary } from '#contract/records';
import { renderedFolderSchema } from '#contract/results';
import { parseRunSpecUnlessRetired, runSpecText, type RunSpec } from '#contract/specs/index';
import type { Feed } from './feed';
import type { Scheduler } from './scheduler';
import { listSpecInputs } from './spec-inputs';
import { runTitle } from './run-title';
import { TimeEstimate } from './time-estimate';

/** What {@link RunService} works with. */
export interface RunServiceOptions {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
  readonly scheduler: Scheduler;
  readonly touched: Feed<string>;
  /** Folder of `render-tasks` outputs. */
  readonly renderedDirectory: string;
}

/** Submitting, reusing, cancelling, resuming and waiting for runs. */
export class RunService {
  readonly #catalog: Catalog;
  readonly #options: RunServiceOptions;

  constructor(options: RunServiceOptions) {
    this.#catalog = options.catalog;
    this.#options = options;
  }

  /**
   * Queues a run. With `reuse`, first looks for a run of the same spec: a finished one whose
   * outputs are still there is returned as it is, one that is under way is joined, and one that
   * was stopped continues from its checkpoint.
   *
   * @throws {AppError} `unknown_artifact` or `wrong_artifact_kind` for an input that cannot be used
   */
  async submit(spec: RunSpec, reuse: boolean): Promise<{ run: RunSummary; reused: boolean }> {
    const specHash = sha256(runSpecText(spec));
    if (reuse) {
      const finished = await this.#findFinishedBy(specHash);
      if (finished !== undefined) return { run: finished, reused: true };
      // Nothing is awaited from here on, so that of two equal requests the second joins the first.
      const others = this.#catalog.runs.withSpec(specHash).filter((run) => run.state !== 'finished');
      const underWay = others.find((run) => !isSettled(run.state));
      if (underWay !== undefined) return { run: underWay, reused: true };
      const stopped = others.at(0);
      if (stopped !== undefined) return { run: this.resume(stopped.id), reused: false };
    }
    const labels = this.#checkInputs(spec);
    const title = runTitle(spec, (role) => labels.get(role)?.label ?? role);
    const run = this.#catalog.transaction(() => {
      const inserted = this.#catalog.runs.insert(spec, specHash, title, Date.now());
      this.#catalog.artifacts.linkInputs(
        inserted.id,
        new Map([...labels].map(([role, input]) => [role, input.id])),
      );
      return inserted;
    });
    this.#options.touched.publish(run.id);
    this.#options.scheduler.pump();
    return { run: this.#catalog.runs.get(run.id), reused: false };
  }

  /** Finds a finished run of the same spec whose outputs are still there. */
  async findFinished(spec: RunSpec): Promise<RunSummary | undefined> {
    return this.#findFinishedBy(sha256(runSpecText(spec)));
  }

  /** Returns everything about a run but its events and metrics. */
  detail(runId: string): RunDetail {
    const storedSpec = this.#catalog.runs.storedSpec(runId);
    return {
      ...this.#catalog.runs.get(runId),
      spec: parseRunSpecUnlessRetired(storedSpec),
      storedSpec,
      environment: this.#catalog.runs.environment(runId),
      inputs: this.#catalog.artifacts.ofRun(runId, 'input'),
      outputs: this.#catalog.artifacts.ofRun(runId, 'output'),
    };
  }

  /** Says what a run of a specification will take, and whether an equal one has finished. */
  async estimate(spec: RunSpec): Promise<RunEstimate> {
    const equal = await this.findFinished(spec);
    const nothing = { milliseconds: 0, peakBytes: null, runCount: 0 };
    return { equalRun: equal?.id ?? null, ...(new TimeEstimate(this.#catalog).of(spec) ?? nothing) };
  }

  /** Puts tags on runs or takes them off, and writes a note on them: all or none. */
  annotate(runIds: readonly string[], changes: RunChanges): RunSummary[] {
    const { runs } = this.#catalog;
    this.#catalog.transaction(() => {
      for (const id of runIds) runs.annotate(id, changes);
    });
    for (const id of runIds) this.#options.touched.publish(id);
    return runIds.map((id) => runs.get(id));
  }

  /**
   * Moves a queued run before another one, or to the end, and returns the queue.
   *
   * @throws {AppError} `wrong_state` if one of them is not queued
   */
  move(runId: string, before: string | null): RunSummary[] {
    this.#catalog.runs.move(runId, before);
    this.#options.touched.publish(runId);
    return this.#catalog.runs.queued();
  }

  /** @throws {AppError} `wrong_state` if the run has settled */
  cancel(runId: string): RunSummary {
    this.#options.scheduler.cancel(runId);
    return this.#catalog.runs.get(runId);
  }

  /**
   * Queues a stopped run again; it continues from its last checkpoint.
   *
   * @throws {AppError} `wrong_state` if it is queued, running or finished
   */
  resume(runId: string): RunSummary {
    const run = this.#catalog.runs.get(runId);
    if (!isResumable(run.state)) {
      throw new AppError('wrong_state', `Run ${runId} is ${run.state}; only a stopped run can be resumed.`, {
        runId,
      });
    }
    this.#catalog.runs.requeue(runId);
    this.#options.touched.publish(runId);
    this.#options.scheduler.pump();
    return this.#catalog.runs.get(runId);
  }

  /** Resolves when the run has settled, with its last state. */
  async settled(runId: string): Promise<RunSummary> {
    return new Promise((resolve) => {
      const check = () => {
        const run = this.#catalog.runs.get(runId);
        if (!isSettled(run.state)) return;
        unsubscribe();
        resolve(run);
      };
      const unsubscribe = this.#options.touched.subscribe((id) => {
        if (id === runId) check();
      });
      check();
    });
  }

  /** Whether anything is queued or running. */
  isBusy(): boolean {
    return this.#catalog.runs.list({ states: ['queued', 'running'], limit: 1 }).length > 0;
  }

  /** Marks runs that a dead host left in one of the given states as interrupted, and returns how many. */
  recover(states: readonly ('running' | 'queued')[]): number {
    const orphans = this.#catalog.runs.list({ states, limit: Number.MAX_SAFE_INTEGER });
    for (const run of orphans) {
      const error = new AppError(
        'run_interrupted',
        `Run ${run.id} was interrupted because the program ended before it did.`,
        { runId: run.id },
      );
      this.#catalog.events.markInterrupted(run.id, toPlainError(error), this.#catalog.events.lastAt(run.id));
    }
    return orphans.length;
  }

  #checkInputs(spec: RunSpec): Map<string, { id: string; label: string }> {
    const labels = new Map<string, { id: string; label: string }>();
    for (const input of listSpecInputs(spec)) {
      const artifact = this.#catalog.artifacts.find(input.id);
      if (artifact.kind !== input.kind) {
        throw new AppError(
          'wrong_artifact_kind',
          `${input.role} needs a ${input.kind}, but artifact ${input.id.slice(0, 12)} is a ${artifact.kind}.`,
          { role: input.role, artifactId: input.id, expected: input.kind, actual: artifact.kind },
        );
      }
      labels.set(input.role, { id: artifact.id, label: artifact.label });
    }
    return labels;
  }

  async #findFinishedBy(specHash: string): Promise<RunSummary | undefined> {
    for (const run of this.#catalog.runs.withSpec(specHash)) {
      if (run.state === 'finished' && (await this.#outputsExist(run.id))) return run;
    }
    return undefined;
  }

  async #outputsExist(runId: string): Promise<boolean> {
    for (const output of this.#catalog.artifacts.ofRun(runId, 'output')) {
      if (!(await this.#options.artifacts.has(output.id, output.sizeBytes))) return false;
      if (output.kind === 'rendered-folder' && !(await this.#foldersExist(output.id))) return false;
    }
    return true;
  }

  async #foldersExist(artifactId: string): Promise<boolean> {
    if ((await this.#options.artifacts.verify(artifactId)) !== 'intact') return false;
    const bytes = await this.#options.artifacts.read(artifactId);
    const { tasks } = renderedFolderSchema.parse(JSON.parse(bytes.toString()));
    return tasks.every((task) => existsSync(join(this.#options.renderedDirectory, task.folder)));
  }
}
