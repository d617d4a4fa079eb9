/** Steps that can be undone. */
const mostSteps = 100;

/** Values that something had, so that changes can be taken back and done again. */
export class UndoHistory<T> {
  #past = $state.raw<readonly T[]>([]);
  #future = $state.raw<readonly T[]>([]);
  /** What the last change was of; changes of the same in a row are one step. */
  #last: string | null = null;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /**
   * Remembers a value before it is changed.
   *
   * @param before the value
   * @param of what is changed, such as the field that is typed in; null for a step of its own
   */
  note(before: T, of: string | null = null): void {
    if (of === null || of !== this.#last) this.#past = [...this.#past.slice(1 - mostSteps), before];
    this.#future = [];
    this.#last = of;
  }

  /** Takes the last change back: returns what was before `current`, or null if there is nothing. */
  undo(current: T): T | null {
    const before = this.#past.at(-1);
    if (before === undefined) return null;
    this.#past = this.#past.slice(0, -1);
    this.#future = [current, ...this.#future];
    this.#last = null;
    return before;
  }

  /** Does what was taken back again: returns what came after `current`, or null if there is nothing. */
  redo(current: T): T | null {
    const after = this.#future.at(0);
    if (after === undefined) return null;
    this.#future = this.#future.slice(1);
    this.#past = [...this.#past, current];
    this.#last = null;
    return after;
  }
}
