import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { asAppError } from './as-app-error';

/** The local energy of every image, for the number of eigenfunctions under the hand; it follows a step behind. */
export class LocalEnergyState {
  #perImage = $state.raw<readonly number[]>([]);
  #rank = $state<number | null>(null);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  readonly #spectrumId: string;
  #wish: number | null = null;
  #isAsking = false;

  constructor(client: HostClient, spectrumId: string) {
    this.#client = client;
    this.#spectrumId = spectrumId;
  }

  /** Of the images of the task, then of those of the control. */
  get perImage(): readonly number[] {
    return this.#perImage;
  }

  /** How many eigenfunctions it was taken with; null before the first answer. */
  get rank(): number | null {
    return this.#rank;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Asks for another number; one question is under way at a time, and the newest wish is next. */
  show(rank: number): void {
    this.#wish = rank;
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#wish !== null) {
      const rank = this.#wish;
      this.#wish = null;
      try {
        const { perImage } = await this.#client.query('kernels.localEnergy', {
          spectrumId: this.#spectrumId,
          rank,
        });
        this.#perImage = Array.from(perImage);
        this.#rank = rank;
        this.#error = null;
      } catch (error) {
        this.#error = asAppError(error);
      }
    }
    this.#isAsking = false;
  }
}
