import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildRouter } from '#api/router';
import type { Handlers } from '#api/handlers';
import type { ApiRequest } from '#contract/api';
import { AppError } from '#contract/errors';
import type { RunEvent, RunEventBody } from '#contract/events';
import {
  isSettled,
  noRuns,
  type ArtifactRecord,
  type Finding,
  type RunDetail,
  type StudyRecord,
} from '#contract/records';
import { matchesRun, parseRunSearch } from '#contract/run-search';
import type { BenchmarkReport } from '#contract/benchmark-report';
import type { EngineReport, InstallState } from '#contract/engines';
import type { FolderListing } from '#contract/folder-listing';
import type { ReferenceNumbers } from '#contract/reference-numbers';
import type { RunSpec, RunSpecOf } from '#contract/specs/index';
import { listGuidePages, readGuideImage, readGuidePage } from '#host/guide';
import type { BenchmarkCheck } from '#contract/study-template';
import type { CleaningPlan, LeftoverGroup, StorageReport, VerificationState } from '#contract/storage';
import { writeResultFile } from '#report/bundle/write-result-file';
import { findStudyTemplate } from '#host/study-templates';
import { exampleCleaning, exampleEngines, exampleStorage } from './example-machine';
import { exampleSpec } from './example-spec';
import { FakeReports } from './fake-reports';
import { hex } from './hex';
import { onePixel } from './sample-image';

const root = join(import.meta.dirname, '..', '..');

/** Published numbers to compare with: none. */
export const publishedNumbers: ReferenceNumbers = {
  format: 'tangent-reference-numbers/1',
  title: 'Published numbers',
  notes: [],
  suites: {},
  entries: [],
};

/** A host in memory: runs are advanced by hand, and everything else is as the contract says. */
export class FakeHost {
  readonly runs = new Map<string, RunDetail>();
  readonly events = new Map<string, RunEvent[]>();
  readonly studies = new Map<string, StudyRecord>();
  /** What `studies.results` answers, by study. */
  readonly reports = new Map<string, BenchmarkReport>();
  /** What `studies.check` answers. */
  studyCheck: (asked: ApiRequest<'studies.check'>) => BenchmarkCheck = () => ({
    needs: [],
    isReady: true,
    plan: { steps: [], estimate: null },
  });
  /** What `studies.run` was asked for, in order. */
  readonly studyRequests: ApiRequest<'studies.run'>[] = [];
  /** What is answered about figures, tables and saved reports. */
  readonly papers = new FakeReports();
  readonly jsonArtifacts = new Map<string, unknown>();
  /** What labs answer: α_t adds to the accuracy on task t. */
  labTop1 = (task: number, scalingCoefs: readonly number[]): number =>
    0.5 + 0.4 * Math.min(1, Math.max(0, scalingCoefs[task] ?? 0));
  /** Images whose prediction changes: as many as |α| of the other task, each of which becomes class 1. */
  labChanges = (task: number, scalingCoefs: readonly number[]) => {
    const count = Math.ceil(Math.abs(scalingCoefs[1 - task] ?? 0));
    const filled = (value: number) => new Int32Array(count).fill(value);
    return { indices: filled(0).map((_, n) => n), labels: filled(0), alone: filled(0), together: filled(1) };
  };
  disk: Finding = { subject: 'data directory', status: 'ok', detail: '50 GiB free', advice: null };
  labWarnings: readonly string[] = [];
  engines: EngineReport = exampleEngines;
  installation: InstallState = { state: 'idle' };
  /** What installations were begun with. */
  readonly installed: { readonly variant: string; readonly from: string | null }[] = [];
  verification: VerificationState = { state: 'idle' };
  storage: StorageReport = exampleStorage;
  cleaning: CleaningPlan = exampleCleaning;
  /** What was removed, cleaning by cleaning. */
  readonly cleaned: (readonly LeftoverGroup[])[] = [];
  /** Where files are: names in folders, with `/` at the end of a folder's. */
  readonly home = '/home/researcher';
  readonly folders = new Map<string, readonly string[]>([['/home/researcher', []]]);
  /** Coefficients that labs were asked for, in order. */
  readonly labQuestions: (readonly number[])[] = [];
  /** Ids of queued runs that were moved, in the order in which they are to be started. */
  queueOrder: readonly string[] = [];
  /** No lab answers before this resolves. */
  labGate: Promise<void> = Promise.resolve();
  readonly #wakers = new Set<() => void>();
  #changed: string[] = [];
  #counter = 0;

  readonly router = buildRouter(this.#handlers());

  addRun(kind: RunSpec['kind'], overrides: Partial<RunDetail> = {}): RunDetail {
    this.#counter += 1;
    const id = overrides.id ?? `run${String(this.#counter).padStart(4, '0')}`;
    const run: RunDetail = {
      id,
      kind,
      specHash: hex('5', this.#counter),
      title: `${kind} ${this.#counter}`,
      state: 'queued',
      attempt: 1,
      createdAt: Date.now() - 60_000 + this.#counter,
      startedAt: null,
      endedAt: null,
      elapsedMs: 0,
      progress: null,
      error: null,
      lastSequence: 0,
      tags: [],
      note: '',
      spec: exampleSpec(kind),
      storedSpec: exampleSpec(kind),
      environment: null,
      inputs: [],
      outputs: [],
      ...overrides,
    };
    this.runs.set(id, run);
    this.events.set(id, []);
    this.#touch(id);
    return run;
  }

  /** Adds a run that has finished with one artifact. */
  addArtifact(kind: ArtifactRecord['kind'], label: string, id: string): void {
    const artifact = { id, kind, label, role: kind, sizeBytes: 9, createdAt: 0 };
    this.addRun('render-tasks', { title: `Make ${label}`, state: 'finished', outputs: [artifact] });
  }

  /** Adds a fine-tuning that has finished with a task vector, on a dataset that a run has made. */
  addTaskVector(task: number, mode: 'standard' | 'linear'): string {
    const spec = exampleSpec('finetune') as RunSpecOf<'finetune'>;
    const artifact = { sizeBytes: 9, createdAt: task };
    const dataset = { ...artifact, id: hex('b', task), kind: 'dataset', role: 'dataset' } as const;
    this.addRun('import-dataset', { state: 'finished', outputs: [{ ...dataset, label: `data ${task}` }] });
    const vector = { ...artifact, kind: 'task-vector', role: 'taskVector' } as const;
    const id = hex(mode === 'linear' ? 'd' : 'e', task);
    this.addRun('finetune', {
      title: `Fine-tune on data ${task} (${mode})`,
      state: 'finished',
      spec: {
        ...spec,
        params: { ...spec.params, mode },
        inputs: { ...spec.inputs, dataset: dataset.id },
      },
      outputs: [{ ...vector, id, label: `task vector ${task} (${mode})` }],
    });
    return id;
  }

  update(runId: string, changes: Partial<RunDetail>): RunDetail {
    const run = { ...this.#run(runId), ...changes };
    this.runs.set(runId, run);
    this.#touch(runId);
    return run;
  }

  emit(runId: string, body: RunEventBody): void {
    const run = this.#run(runId);
    const sequence = run.lastSequence + 1;
    this.events.get(runId)!.push({ runId, sequence, attempt: run.attempt, at: Date.now(), body });
    this.update(runId, { lastSequence: sequence, ...effectOf(body, run) });
  }

  #run(runId: string): RunDetail {
    const run = this.runs.get(runId);
    if (run === undefined) throw new AppError('unknown_run', `there is no run ${runId}`, { runId });
    return run;
  }

  #queue(): RunDetail[] {
    const place = ({ id }: RunDetail) =>
      this.queueOrder.includes(id) ? this.queueOrder.indexOf(id) : Infinity;
    return [...this.runs.values()]
      .filter(({ state }) => state === 'queued')
      .sort((a, b) => place(a) - place(b) || a.createdAt - b.createdAt);
  }

  #touch(runId: string): void {
    this.#changed.push(runId);
    for (const wake of this.#wakers) wake();
  }

  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#wakers.delete(wake);
        resolve();
      };
      this.#wakers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
    await sleep(1);
  }

  async *#follow(runId: string, after: number, signal: AbortSignal): AsyncIterable<RunEvent> {
    let seen = after;
    for (;;) {
      for (const event of this.events.get(runId)!.slice(seen)) {
        seen = event.sequence;
        yield event;
      }
      if (signal.aborted || (isSettled(this.#run(runId).state) && seen >= this.#run(runId).lastSequence))
        return;
      await this.#change(signal);
    }
  }

  #handlers(): Handlers {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- generators below need it
    const host = this;
    const newestFirst = () => [...this.runs.values()].sort((a, b) => b.createdAt - a.createdAt);
    return {
      'host.describe': () => ({
        appVersion: '0.1.0',
        shell: 'browser',
        dataDirectory: '/home/researcher/.tangent-workbench',
        maxWorkers: 2,
        runCount: this.runs.size,
      }),
      'guide.pages': () => listGuidePages(root),
      'guide.page': ({ name }) => readGuidePage(root, name),
      'guide.image': ({ name, theme }) => readGuideImage(root, name, theme),
      'host.disk': () => this.disk,
      'host.doctor': () => [
        { subject: 'memory', status: 'ok', detail: '12.0 GiB free of 16.0 GiB', advice: null },
        { subject: 'gpu', status: 'warning', detail: 'not used', advice: 'Install an engine for it.' },
      ],
      'engines.list': () => this.engines,
      'engines.choose': ({ choice }) => {
        this.engines = { ...this.engines, choice };
        return choice;
      },
      'engines.install': (request) => {
        this.installed.push(request);
        this.setJob({ installation: { state: 'running', progress: null } });
      },
      'engines.stopInstall': () => this.setJob({ installation: { state: 'stopped' } }),
      'engines.installation': (_input, signal) => this.#followJob(() => this.installation, signal),
      'storage.measure': () => this.storage,
      'storage.verify': () => this.setJob({ verification: { state: 'running', progress: null } }),
      'storage.stopVerify': () => this.setJob({ verification: { state: 'stopped' } }),
      'storage.verification': (_input, signal) => this.#followJob(() => this.verification, signal),
      'storage.planCleaning': () => this.cleaning,
      'storage.clean': ({ plan, groups }) => {
        if (plan !== this.cleaning.id) throw new AppError('plan_outdated', 'It was looked for again.');
        this.cleaned.push(groups);
        return { removed: { count: 3, bytes: 274_000_000 }, kept: 1, failures: [] };
      },
      'runs.list': ({ states, limit, offset, text = '' }) =>
        newestFirst()
          .filter((run) => matchesRun(run, parseRunSearch(text)))
          .filter(({ state }) => states?.includes(state) ?? true)
          .slice(offset, offset + limit),
      'runs.counts': ({ text }) => {
        const found = newestFirst().filter((run) => matchesRun(run, parseRunSearch(text)));
        const counts = { ...noRuns };
        for (const { state } of found) counts[state] += 1;
        return counts;
      },
      'runs.get': ({ runId }) => this.#run(runId),
      'runs.metrics': ({ runId }) =>
        (this.events.get(runId) ?? []).flatMap(({ body }) => (body.type === 'metric' ? [body] : [])),
      'runs.submit': ({ spec, reuse }) => {
        const isEqual = (run: RunDetail) => JSON.stringify(run.spec) === JSON.stringify(spec);
        const equal = newestFirst().find((run) => run.state === 'finished' && isEqual(run));
        return reuse && equal !== undefined ? equal : this.addRun(spec.kind, { spec });
      },
      'runs.estimate': () => ({ equalRun: null, milliseconds: 95_000, peakBytes: 4e8, runCount: 2 }),
      'runs.annotate': ({ runIds, addTags, removeTags, note }) =>
        runIds.map((id) => {
          const run = this.#run(id);
          const tags = [...new Set([...run.tags, ...addTags])]
            .filter((tag) => !removeTags.includes(tag))
            .sort();
          return this.update(id, { tags, note: note ?? run.note });
        }),
      'runs.queue': () => this.#queue(),
      'runs.move': ({ runId, before }) => {
        const others = this.#queue().filter(({ id }) => id !== runId);
        const place = before === null ? others.length : others.findIndex(({ id }) => id === before);
        others.splice(place, 0, this.#run(runId));
        this.queueOrder = others.map(({ id }) => id);
        this.#touch(runId);
        return others;
      },
      'runs.cancel': ({ runId }) => {
        const run = this.#run(runId);
        if (isSettled(run.state))
          throw new AppError('wrong_state', `run ${runId} is ${run.state}`, { runId });
        this.emit(runId, { type: 'end', outcome: 'cancelled', error: null });
        return this.#run(runId);
      },
      'runs.resume': ({ runId }) =>
        this.update(runId, { state: 'running', attempt: this.#run(runId).attempt + 1, error: null }),
      'runs.events': ({ runId, after }, signal) => this.#follow(this.#run(runId).id, after, signal),
      'runs.changes': async function* (_input, signal) {
        let seen = host.#changed.length;
        while (!signal.aborted) {
          const ids = new Set(host.#changed.slice(seen));
          seen = host.#changed.length;
          for (const id of ids) yield host.#run(id);
          if (seen === host.#changed.length) await host.#change(signal);
        }
      },
      'lab.ask': async function* ({ spec, scalingCoefs, about }, signal) {
        await host.labGate;
        if (signal.aborted) return;
        host.labQuestions.push(scalingCoefs);
        for (const message of host.labWarnings) yield { type: 'warning', message };
        if (about === 'disagreements') {
          const tasks = spec.tasks.map(({ dataset }, t) => ({
            task: `task ${t + 1}`,
            dataset,
            count: 100,
            ...host.labChanges(t, scalingCoefs),
          }));
          yield { type: 'disagreements', scalingCoefs, tasks };
          return;
        }
        const accuracies = spec.tasks.map(({ dataset }, task) => {
          const correct = Math.round(100 * host.labTop1(task, scalingCoefs));
          return { task: `task ${task + 1}`, dataset, correct, count: 100, top1: correct / 100 };
        });
        yield { type: 'answer', scalingCoefs, accuracies };
      },
      'kernels.localEnergy': ({ rank }) => ({ perImage: new Float64Array(4).fill(rank / 10) }),
      'artifacts.list': ({ kinds, text, limit }) =>
        newestFirst()
          .flatMap(({ id: runId, kind, title, spec, outputs }) =>
            outputs.map((output) => ({ ...output, madeBy: { runId, kind, title, spec } })),
          )
          .filter(({ kind, label }) => kinds.includes(kind) && label.includes(text))
          .filter(({ id }, place, all) => all.findLastIndex((other) => other.id === id) === place)
          .slice(0, limit),
      'artifacts.get': ({ id }) => {
        for (const run of this.runs.values()) {
          const artifact = run.outputs.find((output) => output.id.startsWith(id));
          if (artifact) return { ...artifact, madeBy: run.id };
        }
        throw new AppError('unknown_artifact', `there is no artifact ${id}`);
      },
      'artifacts.json': ({ id }) => this.jsonArtifacts.get(id),
      'sources.fingerprint': ({ path }) => {
        const found = this.#list(path);
        return { path, isFolder: found.file === null, fingerprint: hex('f', 1), fileCount: 1 };
      },
      'files.list': ({ path }) => this.#list(path ?? this.home),
      'datasets.summary': () => ({
        name: 'shapes',
        known: null,
        imageSize: { minWidth: 1, maxWidth: 1, minHeight: 1, maxHeight: 1 },
        classes: ['round', 'square'].map((name, c) => ({ name, counts: { train: 8 - c, val: 2, test: 3 } })),
      }),
      'datasets.images': ({ choice }) => {
        const indices = 'indices' in choice ? choice.indices : [0, 1, 2];
        const label = 'label' in choice ? (choice.label ?? 0) : 0;
        return indices.map((index) => ({ index, name: `image-${index}.png`, label, bytes: onePixel }));
      },
      'datasets.known': () => [],
      'datasets.prompts': () => ({
        known: null,
        templates: ['a photo of a {class}'],
        promptNames: ['round', 'square'],
      }),
      'studies.templates': () => [
        {
          name: 'quickstart',
          title: 'Quickstart',
          description: 'Draws three small tasks and edits a model on them.',
          stepCount: 18,
          presets: [],
        },
      ],
      'studies.template': ({ template }) => findStudyTemplate(template),
      'studies.check': (input) => this.studyCheck(input),
      'studies.definition': ({ studyId }) => {
        const { template: name, title, steps } = this.#study(studyId);
        const template = findStudyTemplate('quickstart');
        return {
          format: 'tangent-study/1',
          name,
          title,
          description: template.description,
          steps: steps.map((step) => ({ id: step.id, title: step.title, spec: { kind: step.kind } })),
          ...(template.format === 'tangent-benchmark/1' ? { benchmark: template.benchmark } : {}),
        };
      },
      'studies.stop': ({ studyId }) => {
        this.setStudy({ ...this.#study(studyId), state: 'stopped' });
        return this.#study(studyId);
      },
      'studies.continue': ({ studyId }) => {
        this.setStudy({ ...this.#study(studyId), state: 'running' });
        return this.#study(studyId);
      },
      'studies.results': ({ studyId }) => {
        const report = this.reports.get(studyId);
        if (report === undefined)
          throw new AppError('study_unmeasured', `study ${studyId} has measured nothing`);
        return report;
      },
      'studies.referenceFiles': () => ({}),
      'studies.resultFile': ({ studyId, format, seed }) => {
        const report = this.reports.get(studyId);
        if (report === undefined)
          throw new AppError('study_unmeasured', `study ${studyId} has measured nothing`);
        return writeResultFile(report.results, `mine-${studyId}`, format, seed);
      },
      'reference.get': () => publishedNumbers,
      'reference.set': ({ numbers }) => numbers ?? publishedNumbers,
      'reference.report': () => {
        throw new AppError('invalid_input', 'there are no result files');
      },
      'studies.list': () => [...this.studies.values()],
      'studies.get': ({ studyId }) => this.#study(studyId),
      'studies.run': (input) => {
        this.studyRequests.push(input);
        const study: StudyRecord = {
          id: 'study1',
          template: 'template' in input ? input.template : input.definition.name,
          title: 'Quickstart',
          isBenchmark: true,
          state: 'running',
          error: null,
          createdAt: Date.now(),
          steps: [
            {
              id: 'render',
              title: 'Draw the tasks',
              kind: 'render-tasks',
              dependsOn: [],
              runId: null,
              state: 'waiting',
              reused: false,
            },
          ],
        };
        this.setStudy(study);
        return study;
      },
      ...this.papers.handlers(),
      'studies.changes': async function* ({ studyId }, signal) {
        let last: StudyRecord | undefined;
        while (!signal.aborted) {
          const study = host.#study(studyId);
          if (study !== last) yield study;
          last = study;
          if (study.state !== 'running') return;
          await host.#change(signal);
        }
      },
    };
  }

  /** Says how long work stands. */
  setJob(job: { installation?: InstallState; verification?: VerificationState }): void {
    Object.assign(this, job);
    for (const wake of this.#wakers) wake();
  }

  async *#followJob<T extends { readonly state: string }>(
    current: () => T,
    signal: AbortSignal,
  ): AsyncIterable<T> {
    let last: T | undefined;
    while (!signal.aborted) {
      const state = current();
      if (state !== last) yield state;
      last = state;
      if (state.state !== 'running') return;
      await this.#change(signal);
    }
  }

  setStudy(study: StudyRecord): void {
    this.studies.set(study.id, study);
    for (const wake of this.#wakers) wake();
  }

  #list(path: string): FolderListing {
    const above = path.slice(0, path.lastIndexOf('/'));
    const isFile = this.folders.get(above)?.some((name) => `${above}/${name}` === path) ?? false;
    const folder = isFile ? above : path;
    const names = this.folders.get(folder);
    if (names === undefined) throw new AppError('source_missing', `There is nothing at ${path}.`, { path });
    const parts = folder.split('/').slice(1);
    return {
      path: folder,
      file: isFile ? path : null,
      trail: parts.map((name, n) => ({ name, path: `/${parts.slice(0, n + 1).join('/')}` })),
      places: [{ name: 'Home', path: this.home }],
      entries: names.map((name) => {
        const plain = name.replace(/\/$/, '');
        const kind = plain === name ? 'file' : 'folder';
        return { name: plain, path: `${folder}/${plain}`, kind, sizeBytes: kind === 'file' ? 1200 : null };
      }),
      omitted: 0,
      hidden: 0,
    };
  }

  #study(studyId: string): StudyRecord {
    const study = this.studies.get(studyId);
    if (study === undefined) throw new AppError('unknown_study', `there is no study ${studyId}`);
    return study;
  }
}

function effectOf(body: RunEventBody, run: RunDetail): Partial<RunDetail> {
  switch (body.type) {
    case 'environment':
      return { environment: body.environment, state: 'running', startedAt: run.startedAt ?? Date.now() };
    case 'progress': {
      return { progress: body, state: 'running', startedAt: run.startedAt ?? Date.now() };
    }
    case 'artifact': {
      const artifact: ArtifactRecord = { ...body, id: body.artifactId, createdAt: Date.now() };
      return { outputs: [...run.outputs, artifact] };
    }
    case 'end':
      return { state: body.outcome, error: body.error, endedAt: Date.now() };
    default:
      return {};
  }
}
