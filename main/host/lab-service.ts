import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import { canonicalJson } from '#contract/canonical-json';
import { AppError, fromPlainError } from '#contract/errors';
import type { LabItem, LabSpec } from '#contract/lab';
import { labMessageSchema } from '#contract/worker-messages';
import type { DataDirectory } from './data-directory';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from './launcher';

/** Labs that are open at once; each holds a model and images in memory. */
const MOST_OPEN = 2;

interface OpenLab {
  readonly worker: WorkerHandle;
  /** Those who wait for an answer, by question. */
  readonly askers: Map<number, (what: LabItem | Error) => void>;
  nextQuestion: number;
}

/**
 * Keeps labs: workers that hold edited models in memory and answer at once how good they are at any coefficients.
 * A lab opens with the first question of its spec, and gives way to others that were asked later.
 */
export class LabService {
  readonly #directory: DataDirectory;
  readonly #launcher: WorkerLauncher;
  /** The one that was asked last is the last. */
  readonly #labs = new Map<string, OpenLab>();

  constructor(directory: DataDirectory, launcher: WorkerLauncher) {
    this.#directory = directory;
    this.#launcher = launcher;
  }

  /**
   * Asks a lab.
   *
   * @param spec which lab
   * @param scalingCoefs α_t, one for each of its task vectors
   * @param signal takes the question back
   * @yields {LabItem} progress and warnings, at last the answer; nothing more once it was taken back
   * @throws {AppError} what the worker throws; `lab_ended` if it dies
   */
  async *ask(
    spec: LabSpec,
    scalingCoefs: readonly number[],
    signal: AbortSignal,
  ): AsyncGenerator<LabItem, void, void> {
    const lab = this.#open(spec);
    const question = lab.nextQuestion++;
    const heard: (LabItem | Error)[] = [];
    let wake: () => void = () => undefined;
    const hear = (what: LabItem | Error) => {
      heard.push(what);
      wake();
    };
    const onAbort = () => wake();
    lab.askers.set(question, hear);
    signal.addEventListener('abort', onAbort);
    lab.worker.send({ type: 'question', question, scalingCoefs: [...scalingCoefs] });
    let isSettled = false;
    try {
      while (!signal.aborted && !isSettled) {
        const item = heard.shift();
        if (item === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        isSettled = item instanceof Error || item.type === 'answer';
        if (item instanceof Error) throw item;
        yield item;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      lab.askers.delete(question);
      if (!isSettled) lab.worker.send({ type: 'withdraw', question });
    }
  }

  /** Ends all labs and waits for their workers to go. */
  async close(): Promise<void> {
    await Promise.all([...this.#labs.keys()].map((key) => this.#end(key)));
  }

  #open(spec: LabSpec): OpenLab {
    const key = sha256(canonicalJson(spec)).slice(0, 16);
    const known = this.#labs.get(key);
    if (known !== undefined) {
      this.#labs.delete(key);
      this.#labs.set(key, known);
      return known;
    }
    const idle = [...this.#labs].filter(([, { askers }]) => askers.size === 0).map(([open]) => open);
    for (const open of idle.slice(0, Math.max(0, this.#labs.size + 1 - MOST_OPEN))) void this.#end(open);
    const lab: OpenLab = { worker: this.#launcher.launch(), askers: new Map(), nextQuestion: 0 };
    this.#labs.set(key, lab);
    lab.worker.onMessage((message) => this.#receive(key, lab, message));
    lab.worker.onExit((exit) => this.#lose(key, lab, crashError(exit)));
    lab.worker.send({
      type: 'lab',
      spec,
      artifactsDirectory: this.#directory.artifacts,
      labDirectory: join(this.#directory.labs, key),
    });
    return lab;
  }

  #receive(key: string, lab: OpenLab, message: unknown): void {
    const parsed = labMessageSchema.safeParse(message);
    if (!parsed.success) {
      this.#lose(key, lab, new AppError('internal', 'a lab said what is not a message'));
      lab.worker.kill();
      return;
    }
    const { question } = parsed.data;
    const askers = question === null ? [...lab.askers.values()] : [lab.askers.get(question)];
    if ('item' in parsed.data) {
      for (const asker of askers) asker?.(parsed.data.item);
      return;
    }
    const error = fromPlainError(parsed.data.error);
    if (question !== null) {
      for (const asker of askers) asker?.(error);
      return;
    }
    // The lab could not be opened; the next question tries again.
    this.#lose(key, lab, error);
    lab.worker.kill();
  }

  #lose(key: string, lab: OpenLab, error: AppError): void {
    if (this.#labs.get(key) === lab) this.#labs.delete(key);
    for (const asker of lab.askers.values()) asker(error);
    lab.askers.clear();
  }

  async #end(key: string): Promise<void> {
    const lab = this.#labs.get(key);
    if (lab === undefined) return;
    this.#labs.delete(key);
    const gone = new Promise<void>((resolve) => lab.worker.onExit(() => resolve()));
    lab.worker.kill();
    await gone;
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
