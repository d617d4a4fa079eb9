import { randomBytes } from 'node:crypto';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { sha256 } from '#artifacts/sha256';
import type { Catalog } from '#catalog/open-catalog';
import type { StoredStudy } from '#catalog/studies';
import { canonicalJson } from '#contract/canonical-json';
import { toPlainError, type PlainError } from '#contract/errors';
import { isSettled, type StudyPlan, type StudyRecord } from '#contract/records';
import type { StudyGraph, StudyStep } from '#contract/study-template';
import { Feed } from './feed';
import { resolveStep, stepDependencies, stepModel, stepVariant } from './resolve-step';
import type { RunService } from './run-service';
import { findStepOutputs } from './step-outputs';
import { TimeEstimate } from './time-estimate';

/** What {@link StudyRunner} works with. */
export interface StudyRunnerOptions {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
  readonly runs: RunService;
  /** Told the id of a run after anything about it was stored. */
  readonly runTouched: Feed<string>;
  readonly renderedDirectory: string;
  /** Folder of what comes with the program. */
  readonly resourcesDirectory: string;
}

/**
 * Drives studies: submits every step whose inputs are there, reuses what was computed before, and
 * goes on with independent steps when one fails.
 */
export class StudyRunner {
  /** Told the id of a study after anything about it has changed. */
  readonly touched = new Feed<string>();
  readonly #options: StudyRunnerOptions;
  readonly #running = new Set<string>();
  /** Those that were told to stop and have runs that have not settled yet. */
  readonly #stopping = new Set<string>();
  #isClosed = false;

  constructor(options: StudyRunnerOptions) {
    this.#options = options;
  }

  /**
   * Starts the study of a template, or continues it where it stopped.
   *
   * @returns the study as it stands; it goes on by itself
   */
  start(template: StudyGraph): StudyRecord {
    const { studies } = this.#options.catalog;
    const id = randomBytes(4).toString('hex');
    const study = studies.findOrInsert(id, template, sha256(canonicalJson(template)), Date.now());
    if (!this.#running.has(study.id)) {
      this.#running.add(study.id);
      studies.setState(study.id, 'running', null);
      // Only the catalog itself can fail here; the next opening then finds the study running and stops it.
      this.#drive(study).catch(() => this.#running.delete(study.id));
    }
    return this.record(study.id);
  }

  /** Whether any study is under way. */
  isRunning(): boolean {
    return this.#running.size > 0;
  }

  /** @throws {AppError} `unknown_study` */
  record(studyId: string): StudyRecord {
    const study = this.#options.catalog.studies.get(studyId);
    const made = this.#options.catalog.studies.steps(studyId);
    return {
      id: study.id,
      template: study.template.name,
      title: study.template.title,
      isBenchmark: study.template.benchmark !== undefined,
      state: study.state,
      error: study.error,
      createdAt: study.createdAt,
      steps: study.template.steps.map((step) => {
        const run = made.get(step.id);
        return {
          id: step.id,
          title: step.title,
          kind: step.spec.kind,
          variant: stepVariant(step),
          dependsOn: stepDependencies(step),
          runId: run?.runId ?? null,
          state: run === undefined ? 'waiting' : this.#options.catalog.runs.get(run.runId).state,
          reused: run?.reused ?? false,
        };
      }),
    };
  }

  /**
   * Says what steps would come to if they were started now: what an equal run has made already would be used.
   *
   * @param steps in an order in which each refers only to those before it
   */
  async foresee(steps: readonly StudyStep[]): Promise<StudyPlan> {
    const made = new Map<string, string>();
    const estimate = new TimeEstimate(this.#options.catalog);
    const foreseen: StudyPlan['steps'] = [];
    for (const step of steps) {
      const dependsOn = stepDependencies(step);
      const isResolvable = dependsOn.every((id) => made.has(id));
      const run = isResolvable ? await this.#findFinished(step, made) : undefined;
      if (run === undefined) estimate.add(step, this.#modelOf(step, steps, made));
      else made.set(step.id, run);
      foreseen.push({
        id: step.id,
        title: step.title,
        kind: step.spec.kind,
        variant: stepVariant(step),
        dependsOn,
        runId: run ?? null,
        state: run === undefined ? 'waiting' : 'finished',
        reused: run !== undefined,
      });
    }
    return { steps: foreseen, estimate: estimate.sum };
  }

  /**
   * Cancels the runs of a study that are under way, unless another study waits for them too, and begins no more.
   *
   * @returns the study as it stands; it stops when its runs have
   * @throws {AppError} `unknown_study`
   */
  stop(studyId: string): StudyRecord {
    if (this.#running.has(studyId)) {
      this.#stopping.add(studyId);
      this.#cancelRuns(studyId);
    }
    return this.record(studyId);
  }

  /** Lets running studies come to rest without submitting anything more. */
  close(): void {
    this.#isClosed = true;
  }

  async #drive(study: StoredStudy): Promise<void> {
    let error: PlainError | null = null;
    const done = new Map<string, Promise<boolean>>();
    for (const step of study.template.steps) {
      const dependencies = stepDependencies(step).map(async (id) => done.get(id));
      const execution = Promise.all(dependencies)
        .then(async (ready) => ready.every(Boolean) && (await this.#execute(study, step)))
        .catch((thrown: unknown) => {
          error = toPlainError(thrown);
          return false;
        });
      done.set(step.id, execution);
    }
    const outcomes = await Promise.all(done.values());
    if (this.#isClosed) return;
    const state = outcomes.every(Boolean) ? 'finished' : 'stopped';
    this.#options.catalog.studies.setState(study.id, state, error);
    this.#running.delete(study.id);
    this.#stopping.delete(study.id);
    this.touched.publish(study.id);
  }

  #cancelRuns(studyId: string): void {
    const others = [...this.#running].filter((id) => id !== studyId);
    const wanted = new Set(others.flatMap((id) => this.#runsUnderWay(id)));
    for (const runId of this.#runsUnderWay(studyId)) {
      if (!wanted.has(runId)) this.#options.runs.cancel(runId);
    }
  }

  #runsUnderWay(studyId: string): string[] {
    const { catalog } = this.#options;
    return [...catalog.studies.steps(studyId).values()]
      .map(({ runId }) => runId)
      .filter((runId) => !isSettled(catalog.runs.get(runId).state));
  }

  /** The model that a step computes with: a random one takes as long as the one whose shape it has. */
  #modelOf(step: StudyStep, steps: readonly StudyStep[], made: ReadonlyMap<string, string>): string | null {
    const model = stepModel(step);
    if (model === null || typeof model === 'string') return model;
    const runId = made.get(model.of);
    const before = steps.find(({ id }) => id === model.of);
    if (before?.spec.kind === 'initialize-model') return this.#modelOf(before, steps, made);
    if (runId === undefined) return null;
    const outputs = this.#options.catalog.artifacts.ofRun(runId, 'output');
    return outputs.find(({ role }) => role === model.$output)?.id ?? null;
  }

  async #findFinished(step: StudyStep, made: ReadonlyMap<string, string>): Promise<string | undefined> {
    try {
      const spec = resolveStep(step, await findStepOutputs(step, made, this.#options));
      return (await this.#options.runs.findFinished(spec))?.id;
    } catch {
      // What cannot be resolved now is said by the run when the study is started.
      return undefined;
    }
  }

  /** Executes one step and tells whether it finished. */
  async #execute(study: StoredStudy, step: StudyStep): Promise<boolean> {
    if (this.#isClosed || this.#stopping.has(study.id)) return false;
    const { runs, catalog, runTouched } = this.#options;
    const made = new Map([...catalog.studies.steps(study.id)].map(([id, { runId }]) => [id, runId]));
    const spec = resolveStep(step, await findStepOutputs(step, made, this.#options));
    const { run, reused } = await runs.submit(spec, true);
    catalog.studies.setStep(study.id, step.id, run.id, reused && isSettled(run.state));
    // It may have been told to stop while the run was submitted.
    if (this.#stopping.has(study.id)) this.#cancelRuns(study.id);
    this.touched.publish(study.id);
    let { state } = catalog.runs.get(run.id);
    const unsubscribe = runTouched.subscribe((id) => {
      if (id !== run.id || catalog.runs.get(id).state === state) return;
      ({ state } = catalog.runs.get(id));
      this.touched.publish(study.id);
    });
    const settled = await runs.settled(run.id).finally(unsubscribe);
    return settled.state === 'finished';
  }
}
