import { runSpecSchema, type RunSpec } from '#contract/specs/index';

/** A specification in the making: what is not chosen yet is null, where the specification has no null. */
export type Draft = Readonly<Record<string, unknown>>;

/** Steps that can be undone. */
const mostSteps = 100;

/**
 * The draft of one wizard: kept in this browser, undoable, and checked by the same schema as the host's.
 * Fields are named by their path in the specification, as in `params.schedule.steps`.
 */
export class DraftState {
  readonly #key: string;
  readonly #empty: () => Draft;
  #value = $state.raw<Draft>({});
  #past = $state.raw<readonly Draft[]>([]);
  #future = $state.raw<readonly Draft[]>([]);

  /**
   * @param name of the wizard
   * @param empty makes the draft that everybody starts from
   */
  constructor(name: string, empty: () => Draft) {
    this.#key = `tangent.draft.${name}`;
    this.#empty = empty;
    this.#value = readStored(this.#key) ?? empty();
  }

  get value(): Draft {
    return this.#value;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  readonly #checked = $derived.by(() => runSpecSchema.safeParse(this.#value));
  /** The specification, once nothing is wrong with the draft. */
  readonly spec: RunSpec | null = $derived.by(() => (this.#checked.success ? this.#checked.data : null));

  /** What is at a path. */
  at(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], this.#value);
  }

  /** What is wrong at a path, or beneath it; null if nothing is. */
  issueAt(path: string): string | null {
    if (this.#checked.success) return null;
    const issue = this.#checked.error.issues.find((found) =>
      `${found.path.join('.')}.`.startsWith(`${path}.`),
    );
    if (issue === undefined) return null;
    const value = this.at(path);
    const isMissing = value === null || (Array.isArray(value) && value.length === 0);
    // What a specification says of its fields together is said in its own words.
    return isMissing && issue.code !== 'custom' ? 'This is still to be chosen.' : issue.message;
  }

  /** Changes what is at some paths, as one step. */
  set(changes: Readonly<Record<string, unknown>>): void {
    const next = Object.entries(changes).reduce(
      (draft, [path, value]) => replaceAt(draft, path.split('.'), value) as Draft,
      this.#value,
    );
    this.replace(next);
  }

  /** Puts another draft in its place, as one step: that of an earlier run, or an empty one. */
  replace(draft: Draft): void {
    this.#past = [...this.#past.slice(1 - mostSteps), this.#value];
    this.#future = [];
    this.#take(draft);
  }

  /** Begins again. */
  clear(): void {
    this.replace(this.#empty());
  }

  undo(): void {
    const last = this.#past.at(-1);
    if (last === undefined) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#value, ...this.#future];
    this.#take(last);
  }

  redo(): void {
    const next = this.#future.at(0);
    if (next === undefined) return;
    this.#future = this.#future.slice(1);
    this.#past = [...this.#past, this.#value];
    this.#take(next);
  }

  #take(draft: Draft): void {
    this.#value = draft;
    window.localStorage.setItem(this.#key, JSON.stringify(draft));
  }
}

function readStored(key: string): Draft | null {
  const text = window.localStorage.getItem(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Draft) : null;
  } catch {
    // Another program wrote there; the wizard begins again.
    return null;
  }
}

function replaceAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  if (path.length === 0) return replacement;
  const [name, ...rest] = path;
  const fields = (value ?? {}) as Record<string, unknown>;
  return { ...fields, [name]: replaceAt(fields[name], rest, replacement) };
}
