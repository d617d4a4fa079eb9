import { toPlainError } from '#contract/errors';
import type { RunEventBody } from '#contract/events';
import type { LabItem } from '#contract/lab';
import type { LabMessage, WorkerRequest } from '#contract/worker-messages';
import type { DecodePoolOptions } from '#numerics/data/loader/decode-pool';
import { Lab } from './lab';
import { Cancelled, RunContext } from './run-context';

type Question = Extract<WorkerRequest, { type: 'question' }>;

/** Opens a lab in a worker and answers questions one after the other, in their order. */
export class LabDesk {
  readonly #send: (message: LabMessage) => void;
  readonly #context: RunContext;
  readonly #waiting: Question[] = [];
  #lab: Lab | null = null;
  #current: Question | null = null;

  constructor(
    { spec, artifactsDirectory, labDirectory }: Extract<WorkerRequest, { type: 'lab' }>,
    decoding: DecodePoolOptions,
    send: (message: LabMessage) => void,
  ) {
    this.#send = send;
    this.#context = new RunContext(
      { artifacts: artifactsDirectory, run: labDirectory, rendered: labDirectory },
      (body) => this.#tell(body),
      () => Promise.resolve(),
      decoding,
    );
    void Lab.open(spec, this.#context).then(
      (lab) => {
        this.#lab = lab;
        void this.#work(lab);
      },
      (error: unknown) => send({ question: null, error: toPlainError(error) }),
    );
  }

  /** Puts a question behind those that wait. */
  ask(question: Question): void {
    this.#waiting.push(question);
    if (this.#lab !== null && this.#current === null) void this.#work(this.#lab);
  }

  /** Drops a question that waits, or stops the work on it at the next batch. */
  withdraw(question: number): void {
    if (this.#current?.question === question) {
      this.#context.cancel();
      return;
    }
    const at = this.#waiting.findIndex((waiting) => waiting.question === question);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  async #work(lab: Lab): Promise<void> {
    while ((this.#current = this.#waiting.shift() ?? null) !== null) {
      const { question, scalingCoefs } = this.#current;
      this.#context.renew();
      try {
        const accuracies = await lab.ask(scalingCoefs, this.#context);
        this.#send({ question, item: { type: 'answer', scalingCoefs, accuracies } });
      } catch (error) {
        if (!(error instanceof Cancelled)) this.#send({ question, error: toPlainError(error) });
      }
    }
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
