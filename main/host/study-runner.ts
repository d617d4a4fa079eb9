import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { fingerprintSource, type SourceFingerprint } from '#artifacts/fingerprint';
import { sha256 } from '#artifacts/sha256';
import type { Catalog } from '#catalog/open-catalog';
import type { StoredStudy } from '#catalog/studies';
import { canonicalJson } from '#contract/canonical-json';
import { toPlainError, type PlainError } from '#contract/errors';
import { isSettled, type StudyRecord } from '#contract/records';
import { renderedFolderSchema, type RenderedFolder } from '#contract/results';
import type { StudyGraph, StudyStep } from '#contract/study-template';
import { Feed } from './feed';
import { resolveStep, stepDependencies, stepResources } from './resolve-step';
import type { RunService } from './run-service';

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
          dependsOn: stepDependencies(step),
          runId: run?.runId ?? null,
          state: run === undefined ? 'waiting' : this.#options.catalog.runs.get(run.runId).state,
          reused: run?.reused ?? false,
        };
      }),
    };
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
    this.touched.publish(study.id);
  }

  /** Executes one step and tells whether it finished. */
  async #execute(study: StoredStudy, step: StudyStep): Promise<boolean> {
    if (this.#isClosed) return false;
    const { runs, catalog, runTouched } = this.#options;
    const spec = resolveStep(step, await this.#outputsBefore(study, step));
    const { run, reused } = await runs.submit(spec, true);
    catalog.studies.setStep(study.id, step.id, run.id, reused && isSettled(run.state));
    this.touched.publish(study.id);
    let { state } = run;
    const unsubscribe = runTouched.subscribe((id) => {
      if (id !== run.id || catalog.runs.get(id).state === state) return;
      ({ state } = catalog.runs.get(id));
      this.touched.publish(study.id);
    });
    const settled = await runs.settled(run.id).finally(unsubscribe);
    return settled.state === 'finished';
  }

  async #outputsBefore(study: StoredStudy, step: StudyStep) {
    const { catalog, artifacts, renderedDirectory, resourcesDirectory } = this.#options;
    const made = catalog.studies.steps(study.id);
    const outputs = new Map<string, ReadonlyMap<string, string>>();
    const rendered = new Map<string, RenderedFolder>();
    for (const id of stepDependencies(step)) {
      const runId = made.get(id)?.runId;
      if (runId === undefined) continue;
      const records = catalog.artifacts.ofRun(runId, 'output');
      outputs.set(id, new Map(records.map((record) => [record.role, record.id])));
      const folder = records.find((record) => record.kind === 'rendered-folder');
      if (folder === undefined) continue;
      rendered.set(id, renderedFolderSchema.parse(JSON.parse((await artifacts.read(folder.id)).toString())));
    }
    const resources = new Map<string, SourceFingerprint>();
    for (const name of stepResources(step)) {
      resources.set(name, await fingerprintSource(join(resourcesDirectory, name)));
    }
    return {
      resource: (name: string) => resources.get(name),
      artifact: (stepId: string, role: string) => outputs.get(stepId)?.get(role),
      rendered: (stepId: string) => rendered.get(stepId),
      renderedDirectory,
    };
  }
}
