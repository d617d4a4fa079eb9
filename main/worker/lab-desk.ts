import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import { canonicalJson } from '#contract/canonical-json';
import { toPlainError } from '#contract/errors';
import type { RunEventBody } from '#contract/events';
import type { LabItem } from '#contract/lab';
import type { LabMessage, WorkerRequest } from '#contract/worker-messages';
import type { DecodePoolOptions } from '#numerics/data/loader/decode-pool';
import { startEngine } from '#numerics/engine/start-engine';
import { Lab } from './lab';
import { Cancelled, RunContext } from './run-context';

type Question = Extract<WorkerRequest, { type: 'question' }>;

interface Opened {
  readonly lab: Lab;
  readonly context: RunContext;
}

/** Opens a lab in a worker and answers questions one after the other, in their order. */
export class LabDesk {
  readonly #send: (message: LabMessage) => void;
  readonly #waiting: Question[] = [];
  #opened: Opened | null = null;
  #current: Question | null = null;
  #isBusy = false;

  constructor(
    request: Extract<WorkerRequest, { type: 'lab' }>,
    decoding: DecodePoolOptions,
    send: (message: LabMessage) => void,
  ) {
    this.#send = send;
    void this.#open(request, decoding).then(
      (opened) => {
        this.#opened = opened;
        void this.#work(opened);
      },
      (error: unknown) => send({ question: null, error: toPlainError(error) }),
    );
  }

  /** Puts a question behind those that wait. */
  ask(question: Question): void {
    this.#waiting.push(question);
    if (this.#opened !== null && !this.#isBusy) void this.#work(this.#opened);
  }

  /** Drops a question that waits, or stops the work on it at the next batch. */
  withdraw(question: number): void {
    if (this.#current?.question === question) {
      this.#opened?.context.cancel();
      return;
    }
    const at = this.#waiting.findIndex((waiting) => waiting.question === question);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  async #open(
    { spec, artifactsDirectory, labDirectory }: Extract<WorkerRequest, { type: 'lab' }>,
    decoding: DecodePoolOptions,
  ): Promise<Opened> {
    const { name, device, version } = await startEngine(spec.engine);
    // Engines differ by rounding, so one does not go on with what another computed.
    const folder = join(labDirectory, sha256(canonicalJson({ name, device, version })).slice(0, 16));
    const context = new RunContext(
      { artifacts: artifactsDirectory, run: folder, rendered: folder },
      (body) => this.#tell(body),
      () => Promise.resolve(),
      decoding,
    );
    return { lab: await Lab.open(spec, context), context };
  }

  async #work({ lab, context }: Opened): Promise<void> {
    this.#isBusy = true;
    for (;;) {
      // From responses an answer takes no turn of its own: what was taken back meanwhile must be heard of.
      await context.listen();
      this.#current = this.#waiting.shift() ?? null;
      if (this.#current === null) break;
      const { question, scalingCoefs, about } = this.#current;
      context.renew();
      try {
        this.#send({ question, item: await lab.ask(scalingCoefs, about, context) });
      } catch (error) {
        if (!(error instanceof Cancelled)) this.#send({ question, error: toPlainError(error) });
      }
    }
    this.#isBusy = false;
  }

  /** Lets those who wait hear of progress and warnings; nothing else is said in a lab. */
  #tell(body: RunEventBody): void {
    let item: LabItem | null = null;
    if (body.type === 'progress') item = body;
    else if (body.type === 'log' && body.level === 'warning')
      item = { type: 'warning', message: body.message };
    if (item !== null) this.#send({ question: this.#current?.question ?? null, item });
  }
}
