/** Something that was done or has happened, and needs no answer. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  /** Where more is to be seen. */
  readonly href: string | null;
}

const shownMs = 6000;
/** More at once would be read by nobody. */
const most = 4;

/** Remarks that come up at the edge of the page and go by themselves. */
export class ToastState {
  #toasts = $state.raw<readonly Toast[]>([]);
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #last = 0;

  get toasts(): readonly Toast[] {
    return this.#toasts;
  }

  /**
   * Shows a remark for a few seconds.
   *
   * @returns its id
   */
  show(text: string, href: string | null = null): number {
    this.#last += 1;
    const id = this.#last;
    this.#toasts = [...this.#toasts, { id, text, href }].slice(-most);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.dismiss(id);
    }, shownMs);
    this.#timers.add(timer);
    return id;
  }

  /** Whether a remark can still be seen. */
  has(id: number): boolean {
    return this.#toasts.some((toast) => toast.id === id);
  }

  dismiss(id: number): void {
    this.#toasts = this.#toasts.filter((toast) => toast.id !== id);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
