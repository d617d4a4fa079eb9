import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import { canonicalJson } from '#contract/canonical-json';
import { AppError, fromPlainError } from '#contract/errors';
import type { LabItem, LabSpec, LabTopic } from '#contract/lab';
import { labMessageSchema } from '#contract/worker-messages';
import type { AppInfo } from './app-info';
import type { DataDirectory } from './data-directory';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from './launcher';

/** Labs that are open at once; each holds a model and images in memory. */
const MOST_OPEN = 2;
/** A lab that nobody has asked for so long gives its memory back; it opens again in seconds from what it wrote down. */
const IDLE_MS = 15 * 60_000;

/** What is asked of a lab. */
interface LabQuestion {
  /** α_t, one for each of its task vectors. */
  readonly scalingCoefs: readonly number[];
  readonly about: LabTopic;
}

interface OpenLab {
  readonly key: string;
  readonly worker: WorkerHandle;
  /** Those who wait for an answer, by question. */
  readonly askers: Map<number, (what: LabItem | Error) => void>;
  /** What was to know when it was opened, for everybody who asks. */
  readonly warnings: LabItem[];
  nextQuestion: number;
  /** Ends it when it is idle for long. */
  idle: NodeJS.Timeout | null;
}

/**
 * Keeps labs: workers that hold edited models in memory and answer at once how good they are at any coefficients.
 * A lab opens with the first question of its spec, and gives way to others that were asked later.
 */
export class LabService {
  readonly #directory: DataDirectory;
  readonly #launcher: WorkerLauncher;
  readonly #app: AppInfo;
  /** The one that was asked last is the last. */
  readonly #labs = new Map<string, OpenLab>();
  readonly #ending = new Set<Promise<void>>();
  #folder: string | null = null;
  #isClosed = false;

  constructor(directory: DataDirectory, launcher: WorkerLauncher, app: AppInfo) {
    this.#directory = directory;
    this.#launcher = launcher;
    this.#app = app;
  }

  /**
   * Asks a lab.
   *
   * @param spec which lab
   * @param asked about which edit, and what of it
   * @param signal takes the question back
   * @yields {LabItem} progress and warnings, at last the answer; nothing more once it was taken back
   * @throws {AppError} what the worker throws; `lab_ended` if it dies, or the host is closing
   */
  async *ask(
    spec: LabSpec,
    { scalingCoefs, about }: LabQuestion,
    signal: AbortSignal,
  ): AsyncGenerator<LabItem, void, void> {
    if (this.#isClosed) throw new AppError('lab_ended', 'The workbench is closing.');
    const lab = this.#open(spec);
    const question = lab.nextQuestion++;
    const heard: (LabItem | Error)[] = [...lab.warnings];
    let wake: () => void = () => undefined;
    const hear = (what: LabItem | Error) => {
      heard.push(what);
      wake();
    };
    const onAbort = () => wake();
    lab.askers.set(question, hear);
    signal.addEventListener('abort', onAbort);
    lab.worker.send({ type: 'question', question, scalingCoefs: [...scalingCoefs], about });
    let isSettled = false;
    try {
      while (!signal.aborted && !isSettled) {
        const item = heard.shift();
        if (item === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        isSettled = item instanceof Error || isAnswer(item);
        if (item instanceof Error) throw item;
        yield item;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      lab.askers.delete(question);
      if (!isSettled) lab.worker.send({ type: 'withdraw', question });
      if (lab.askers.size === 0 && this.#labs.get(lab.key) === lab) {
        lab.idle = setTimeout(() => this.#end(lab), IDLE_MS).unref();
        this.#endSurplus();
      }
    }
  }

  /** Folders that open labs read and write. */
  openFolders(): string[] {
    return [...this.#labs.keys()].map((key) => join(this.#programFolder(), key));
  }

  /** Whether the worker of any lab is there, also of one that is being ended. */
  hasWorkers(): boolean {
    return this.#labs.size > 0 || this.#ending.size > 0;
  }

  /** Ends all labs and waits for their workers to go. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const lab of this.#labs.values()) this.#end(lab);
    await Promise.all(this.#ending);
  }

  #open(spec: LabSpec): OpenLab {
    const key = sha256(canonicalJson(spec)).slice(0, 16);
    const known = this.#labs.get(key);
    if (known !== undefined) {
      this.#labs.delete(key);
      this.#labs.set(key, known);
      if (known.idle !== null) clearTimeout(known.idle);
      return known;
    }
    const lab: OpenLab = {
      key,
      worker: this.#launcher.launch(),
      askers: new Map(),
      warnings: [],
      nextQuestion: 0,
      idle: null,
    };
    this.#labs.set(key, lab);
    this.#endSurplus(lab);
    lab.worker.onMessage((message) => this.#receive(lab, message));
    lab.worker.onExit((exit) => this.#lose(lab, crashError(exit)));
    lab.worker.send({
      type: 'lab',
      spec,
      artifactsDirectory: this.#directory.artifacts,
      labDirectory: join(this.#programFolder(), key),
    });
    return lab;
  }

  /** Ends idle labs, those that were not asked for longest first, until no more are open than may be. */
  #endSurplus(except?: OpenLab): void {
    const idle = [...this.#labs.values()].filter((lab) => lab !== except && lab.askers.size === 0);
    for (const lab of idle.slice(0, Math.max(0, this.#labs.size - MOST_OPEN))) this.#end(lab);
  }

  /** Where this program writes down what labs compute; what another version wrote is removed when it is first needed. */
  #programFolder(): string {
    if (this.#folder === null) {
      const { version, commit } = this.#app;
      const own = sha256(canonicalJson({ version, commit })).slice(0, 16);
      this.#folder = join(this.#directory.labs, own);
      // What cannot be removed now, another opening removes.
      void removeOthers(this.#directory.labs, own).catch(() => undefined);
    }
    return this.#folder;
  }

  #receive(lab: OpenLab, message: unknown): void {
    const parsed = labMessageSchema.safeParse(message);
    if (!parsed.success) {
      this.#lose(lab, new AppError('internal', 'a lab said what is not a message'));
      this.#end(lab);
      return;
    }
    const { question } = parsed.data;
    const askers = question === null ? [...lab.askers.values()] : [lab.askers.get(question)];
    if ('item' in parsed.data) {
      if (question === null && parsed.data.item.type === 'warning') lab.warnings.push(parsed.data.item);
      for (const asker of askers) asker?.(parsed.data.item);
      return;
    }
    const error = fromPlainError(parsed.data.error);
    if (question !== null) {
      for (const asker of askers) asker?.(error);
      return;
    }
    // The lab could not be opened; the next question tries again.
    this.#lose(lab, error);
    this.#end(lab);
  }

  #lose(lab: OpenLab, error: AppError): void {
    this.#forget(lab);
    for (const asker of lab.askers.values()) asker(error);
    lab.askers.clear();
  }

  #forget(lab: OpenLab): void {
    if (this.#labs.get(lab.key) === lab) this.#labs.delete(lab.key);
    if (lab.idle !== null) clearTimeout(lab.idle);
  }

  #end(lab: OpenLab): void {
    this.#forget(lab);
    const gone = new Promise<void>((resolve) => lab.worker.onExit(() => resolve()));
    this.#ending.add(gone);
    void gone.then(() => this.#ending.delete(gone));
    lab.worker.kill();
  }
}

function isAnswer({ type }: LabItem): boolean {
  return type === 'answer' || type === 'disagreements';
}

async function removeOthers(folder: string, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== own) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function crashError(exit: WorkerExit): AppError {
  const how = exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
  return new AppError(
    'lab_ended',
    `The lab ended by ${how} before it answered. ${exit.lastWords ?? ''}`.trim(),
    {
      exitCode: exit.code,
      signal: exit.signal,
    },
  );
}
