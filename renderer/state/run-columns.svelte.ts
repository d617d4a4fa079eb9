/** Columns of the list of runs that can be left out; state and title always stand there. */
export const runColumns = [
  { name: 'kind', label: 'Kind' },
  { name: 'tags', label: 'Tags' },
  { name: 'note', label: 'Note' },
  { name: 'progress', label: 'Progress' },
  { name: 'memory', label: 'Memory' },
  { name: 'attempt', label: 'Attempt' },
  { name: 'duration', label: 'Duration' },
  { name: 'created', label: 'Created' },
  { name: 'ended', label: 'Ended' },
] as const;
/** See {@link runColumns}. */
export type RunColumn = (typeof runColumns)[number]['name'];

/** What is shown where nothing was chosen. */
export const usualColumns: readonly RunColumn[] = ['kind', 'progress', 'duration', 'created'];

const storageKey = 'tangent.runColumns';

/** Which columns the list of runs has, as this browser remembers them. */
export class RunColumnsState {
  #shown = $state.raw<readonly RunColumn[]>(read());

  get shown(): readonly RunColumn[] {
    return this.#shown;
  }

  /** Shows a column or leaves it out. */
  toggle(column: RunColumn): void {
    const isShown = this.#shown.includes(column);
    this.#shown = runColumns
      .map(({ name }) => name)
      .filter((name) => (name === column ? !isShown : this.#shown.includes(name)));
    window.localStorage.setItem(storageKey, this.#shown.join(' '));
  }
}

/** What this browser remembers; columns of another version are left out. */
function read(): readonly RunColumn[] {
  const stored = window.localStorage.getItem(storageKey)?.split(' ');
  return stored === undefined
    ? usualColumns
    : runColumns.map(({ name }) => name).filter((name) => stored.includes(name));
}
