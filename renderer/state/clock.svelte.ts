/** The time, a second at a time, for ages and durations. */
export class Clock {
  #now = $state(Date.now());
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => {
      this.#now = Date.now();
    }, 1000);
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
