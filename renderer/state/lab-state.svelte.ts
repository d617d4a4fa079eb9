import { SvelteMap } from 'svelte/reactivity';
import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { LabItem, LabSpec } from '#contract/lab';
import type { Progress } from '#contract/records';
import type { Accuracy } from '#contract/results';
import type { EvaluationMode } from '#contract/specs/common';
import { asAppError } from './as-app-error';
import { tasksOf, type LabTask, type LabVector } from './lab-vectors';

/** While the hand moves, a network is not asked; so long after it rests, it is. */
const restMs = 250;
/** Validation images of each task: enough to tell a percent apart, few enough to open soon. */
const imageCounts: Record<EvaluationMode, number> = { standard: 500, posthoc: 2000, linear: 2000 };

/** What was measured at some coefficients, for each task. */
export type LabAnswer = Extract<LabItem, { type: 'answer' }>;

/** The coefficients of an edit under the hand, and how good the edited model is on every task. */
export class LabState {
  readonly vectors: readonly LabVector[];
  readonly mode: EvaluationMode;
  /** Whether the last task is a control, which is measured and not edited. */
  readonly hasControl: boolean;
  readonly spec: LabSpec;
  #scalingCoefs = $state.raw<readonly number[]>([]);
  #shown = $state.raw<LabAnswer | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #warnings = $state.raw<readonly string[]>([]);
  #error = $state.raw<AppError | null>(null);
  #isAsking = $state(false);
  readonly #answers = new SvelteMap<string, LabAnswer>();
  readonly #client: HostClient;
  /** What the bars are compared with: nothing added, and each vector alone. Asked for when there is nothing else to do. */
  readonly #references: readonly (readonly number[])[];
  #wish: readonly number[] | null = null;
  #flight: { readonly key: string; readonly isWish: boolean; readonly stop: () => void } | null = null;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param client the host
   * @param vectors of one model
   * @param mode how they are used
   * @param control the task that must be kept, if one is watched
   */
  constructor(
    client: HostClient,
    vectors: readonly LabVector[],
    mode: EvaluationMode,
    control: LabTask | null = null,
  ) {
    this.#client = client;
    this.vectors = vectors;
    this.mode = mode;
    this.hasControl = control !== null;
    this.spec = {
      mode,
      model: vectors[0].model,
      taskVectors: vectors.map(({ id }) => id),
      tasks: [...tasksOf(vectors), ...(control === null ? [] : [control])],
      split: 'val',
      imageCount: imageCounts[mode],
      seed: 0,
      batchSize: 128,
      engine: 'auto',
    };
    const zeros = vectors.map(() => 0);
    this.#scalingCoefs = zeros;
    this.#references = [zeros, ...vectors.map((_, t) => zeros.with(t, 1))];
    this.#wish = zeros;
    this.#ask();
  }

  /** α_t, one for each task vector, as the hand has set them. */
  get scalingCoefs(): readonly number[] {
    return this.#scalingCoefs;
  }

  /** The newest answer; {@link isCurrent} says whether it is of {@link scalingCoefs}. */
  get shown(): LabAnswer | null {
    return this.#shown;
  }

  readonly isCurrent = $derived(
    this.#shown !== null && keyOf(this.#shown.scalingCoefs) === keyOf(this.#scalingCoefs),
  );

  /** How far the lab is with opening, or with running the network. */
  get progress(): Progress | null {
    return this.#progress;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Whether the lab is being asked. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Whether answers come from responses, in milliseconds. */
  get isInstant(): boolean {
    return this.mode !== 'standard';
  }

  /** How many coefficients have been measured. */
  get answerCount(): number {
    return this.#answers.size;
  }

  /** What the pre-trained model does on every task; null until it is known. */
  readonly pretrained = $derived.by(() => this.#answers.get(keyOf(this.#references[0]))?.accuracies ?? null);

  /** What the own vector at α = 1 does on the task at this place; null until it is known, or if none is its own. */
  singleTask(place: number): Accuracy | null {
    const vector = this.vectors.findIndex(({ dataset }) => dataset === this.spec.tasks[place].dataset);
    return vector < 0
      ? null
      : (this.#answers.get(keyOf(this.#references[1 + vector]))?.accuracies[place] ?? null);
  }

  /** Sets the coefficients; the answer follows. */
  set(scalingCoefs: readonly number[]): void {
    this.#scalingCoefs = scalingCoefs;
    const known = this.#answers.get(keyOf(scalingCoefs));
    if (known !== undefined) {
      this.#shown = known;
      this.#wish = null;
      return;
    }
    this.#wish = scalingCoefs;
    clearTimeout(this.#timer);
    if (this.isInstant) this.#ask();
    else this.#timer = setTimeout(() => this.#interrupt(), restMs);
  }

  /** Asks again, after an error or a lost connection. */
  retry(): void {
    this.#error = null;
    this.#wish ??= this.#scalingCoefs;
    this.#interrupt();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#flight?.stop();
    this.#flight = null;
    this.#wish = null;
    this.#isClosed = true;
  }

  /** Takes back what is being asked, unless it is what is wished for, and asks for that. */
  #interrupt(): void {
    if (this.#wish === null || this.#flight?.key === keyOf(this.#wish)) return;
    this.#flight?.stop();
    this.#flight = null;
    this.#ask();
  }

  /** Asks one question at a time: first what the hand wishes, then what the bars are compared with. */
  #ask(): void {
    if (this.#flight !== null || this.#error !== null || this.#isClosed) return;
    const next = this.#wish ?? this.#references.find((coefs) => !this.#answers.has(keyOf(coefs)));
    this.#isAsking = next !== undefined;
    if (next === undefined) return;
    const isWish = this.#wish !== null;
    this.#wish = null;
    const warnings: string[] = [];
    const stop = this.#client.subscribe(
      'lab.ask',
      { spec: this.spec, scalingCoefs: [...next] },
      {
        onData: (item) => {
          if (item.type === 'progress') this.#progress = item;
          else if (item.type === 'warning') warnings.push(item.message);
          else if (item.type === 'answer') this.#take(item, warnings);
        },
        onError: (error) => {
          this.#flight = null;
          this.#isAsking = false;
          this.#error = asAppError(error);
        },
      },
    );
    this.#flight = { key: keyOf(next), isWish, stop };
  }

  #take(answer: LabAnswer, warnings: readonly string[]): void {
    const isWish = this.#flight?.isWish ?? false;
    this.#flight = null;
    this.#progress = null;
    this.#warnings = warnings;
    const key = keyOf(answer.scalingCoefs);
    this.#answers.set(key, answer);
    // While the hand moves on, the picture follows a step behind it.
    if (isWish || key === keyOf(this.#scalingCoefs)) this.#shown = answer;
    this.#ask();
  }
}

function keyOf(scalingCoefs: readonly number[]): string {
  return scalingCoefs.join();
}
