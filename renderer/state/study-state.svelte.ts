import type { HostClient } from '#contract/api';
import type { Benchmark } from '#contract/benchmark';
import { applyChoices } from '#contract/benchmark-choices';
import type { BenchmarkReport } from '#contract/benchmark-report';
import type { AppError } from '#contract/errors';
import type { Progress, StudyRecord } from '#contract/records';
import { additionResultSchema, type AdditionResult } from '#contract/results';
import { benchmarkChoicesSchema } from '#contract/study-template';
import { asAppError } from './as-app-error';
import { loadOutput } from './load-output';

/** The order in which papers list the methods. */
const modeOrder: readonly AdditionResult['mode'][] = ['standard', 'posthoc', 'linear'];

/** The template of the paper's benchmark, and the preset that is what its text says. */
const paperTemplate = 'paper-8-vision';
const paperChoices = benchmarkChoicesSchema.parse({ preset: 'paper-text' });

/** What a study does beside what the paper did. */
export interface Protocols {
  readonly own: Benchmark;
  readonly paper: Benchmark;
}

/** One study as its page shows it: its steps, and the results of those that add tasks. */
export class StudyState {
  readonly studyId: string;
  #study = $state.raw<StudyRecord | null>(null);
  #progress = $state.raw<Readonly<Record<string, Progress | null>>>({});
  #results = $state.raw<readonly AdditionResult[]>([]);
  #report = $state.raw<BenchmarkReport | null>(null);
  #protocols = $state.raw<Protocols | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isActing = $state(false);

  readonly #client: HostClient;
  #asked: readonly string[] = [];
  /** How many results the report that was last asked for can hold. */
  #reported = 0;
  /** How many results the report that is shown could hold. */
  #shown = 0;
  readonly #stopChanges: () => void;
  #stop: () => void = () => undefined;

  constructor(client: HostClient, studyId: string) {
    this.#client = client;
    this.studyId = studyId;
    this.#stopChanges = client.subscribe('runs.changes', undefined, {
      onData: ({ id, progress }) => {
        if (!this.#study?.steps.some(({ runId }) => runId === id)) return;
        this.#progress = { ...this.#progress, [id]: progress };
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    this.#listen();
  }

  /** Null until the host has answered. */
  get study(): StudyRecord | null {
    return this.#study;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** How far each run of the study is that said so lately, by its id. */
  get progress(): Readonly<Record<string, Progress | null>> {
    return this.#progress;
  }

  /** Results of the additions that have finished, in the order of papers. */
  get results(): readonly AdditionResult[] {
    return this.#results;
  }

  /** What a benchmark has found so far; null for other studies, and before the first result. */
  get report(): BenchmarkReport | null {
    return this.#report;
  }

  /** What a benchmark does, and what the paper did; null until there is a report. */
  get protocols(): Protocols | null {
    return this.#protocols;
  }

  /** Whether an action waits for its answer. */
  get isActing(): boolean {
    return this.#isActing;
  }

  readonly finishedCount = $derived(
    this.#study === null ? 0 : this.#study.steps.filter(({ state }) => state === 'finished').length,
  );
  readonly canContinue = $derived(this.#study?.state === 'stopped');
  readonly canStop = $derived(this.#study?.state === 'running');

  /** Continues the study where it stopped. */
  async continue(): Promise<void> {
    if (!(await this.#act('studies.continue'))) return;
    this.#stop();
    this.#listen();
  }

  /** Cancels its runs that are under way; it stops when they have. */
  async stop(): Promise<void> {
    await this.#act('studies.stop');
  }

  /** Says whether the host did it. */
  async #act(path: 'studies.continue' | 'studies.stop'): Promise<boolean> {
    if (this.#study === null) return false;
    this.#isActing = true;
    try {
      this.#take(await this.#client.mutate(path, { studyId: this.studyId }));
      return true;
    } catch (error) {
      this.#error = asAppError(error);
      return false;
    } finally {
      this.#isActing = false;
    }
  }

  /** Asks again, after the connection was broken. */
  async reload(): Promise<void> {
    try {
      this.#take(await this.#client.query('studies.get', { studyId: this.studyId }));
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  close(): void {
    this.#stopChanges();
    this.#stop();
  }

  #listen(): void {
    void this.reload();
    this.#stop = this.#client.subscribe(
      'studies.changes',
      { studyId: this.studyId },
      {
        onData: (study) => this.#take(study),
        onError: (error) => (this.#error = asAppError(error)),
      },
    );
  }

  #take(study: StudyRecord): void {
    this.#study = study;
    this.#error = null;
    if (study.isBenchmark) {
      this.#takeReport(study);
      return;
    }
    for (const { kind, state, runId } of study.steps) {
      if (kind !== 'edit-add' || state !== 'finished' || runId === null || this.#asked.includes(runId))
        continue;
      this.#asked = [...this.#asked, runId];
      void this.#loadResult(runId);
    }
  }

  /** Asks for the report whenever there are more results than it was made of. */
  #takeReport({ id, steps }: StudyRecord): void {
    const isResult = ({ kind, state }: StudyRecord['steps'][number]) =>
      (kind === 'edit-add' || kind === 'edit-negate') && state === 'finished';
    const count = steps.filter(isResult).length;
    if (count === 0 || count === this.#reported) return;
    this.#reported = count;
    this.#client.query('studies.results', { studyId: id }).then(
      (report) => {
        // An answer may be overtaken by a later one.
        if (count >= this.#shown) [this.#report, this.#shown] = [report, count];
        if (this.#protocols === null) void this.#loadProtocols();
      },
      (error: unknown) => {
        // The next change of the study, or a reload, asks again.
        this.#reported = 0;
        this.#error = asAppError(error);
      },
    );
  }

  async #loadProtocols(): Promise<void> {
    try {
      const [definition, paper] = await Promise.all([
        this.#client.query('studies.definition', { studyId: this.studyId }),
        this.#client.query('studies.template', { template: paperTemplate }),
      ]);
      if (definition.benchmark === undefined || paper.format !== 'tangent-benchmark/1') return;
      this.#protocols = { own: definition.benchmark, paper: applyChoices(paper, paperChoices) };
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  async #loadResult(runId: string): Promise<void> {
    try {
      const { outputs } = await this.#client.query('runs.get', { runId });
      const result = await loadOutput(this.#client, outputs, 'addition', additionResultSchema);
      if (result === null) return;
      this.#results = [...this.#results, result].sort(
        (a, b) => modeOrder.indexOf(a.mode) - modeOrder.indexOf(b.mode),
      );
    } catch (error) {
      // The next change of the study, or a reload, asks again.
      this.#asked = this.#asked.filter((asked) => asked !== runId);
      this.#error = asAppError(error);
    }
  }
}
