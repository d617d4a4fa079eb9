import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { LabItem, LabSpec } from '#contract/lab';
import type { Progress } from '#contract/records';
import type { RunSpecOf } from '#contract/specs/index';
import { asAppError } from './as-app-error';

/** So long after the crosshair rests the network is run; while it moves, only responses are asked. */
const restMs = 400;

/** The images of each task whose prediction changes, at some coefficients. */
export type Disagreements = Extract<LabItem, { type: 'disagreements' }>;

/** Makes the lab that predicts what a map has compared: the same images, heads and vectors in the same mode. */
export function labSpecOfMap({ params, inputs, seed }: RunSpecOf<'disentanglement'>): LabSpec {
  const { mode, split, imageCount, batchSize, engine } = params;
  return {
    mode,
    model: inputs.model,
    taskVectors: inputs.tasks.map(({ taskVector }) => taskVector),
    tasks: inputs.tasks.map(({ dataset, head }) => ({ dataset, head })),
    split,
    imageCount,
    seed,
    batchSize,
    engine,
  };
}

/** The images whose prediction changes in the cell that was asked for last. */
export class DisagreementState {
  #shown = $state.raw<Disagreements | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isAsking = $state(false);
  readonly #client: HostClient;
  #stop: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: HostClient) {
    this.#client = client;
  }

  /** The newest answer; while another one is awaited it stays. */
  get shown(): Disagreements | null {
    return this.#shown;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  get error(): AppError | null {
    return this.#error;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Asks for a cell; what was asked before is taken back. */
  ask(spec: LabSpec, scalingCoefs: readonly number[]): void {
    this.close();
    this.#error = null;
    this.#isAsking = true;
    const send = () => {
      this.#stop = this.#client.subscribe(
        'lab.ask',
        { spec, scalingCoefs: [...scalingCoefs], about: 'disagreements' },
        { onData: (item) => this.#take(item), onError: (error) => this.#fail(asAppError(error)) },
      );
    };
    if (spec.mode === 'standard') this.#timer = setTimeout(send, restMs);
    else send();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
    this.#stop = () => undefined;
    this.#progress = null;
    this.#isAsking = false;
  }

  #take(item: LabItem): void {
    if (item.type === 'progress') this.#progress = item;
    if (item.type !== 'disagreements') return;
    this.#shown = item;
    this.#progress = null;
    this.#isAsking = false;
  }

  #fail(error: AppError): void {
    this.close();
    this.#error = error;
  }
}
