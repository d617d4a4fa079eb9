import { UndoHistory } from '../state/undo-history.svelte';

/** A specification in the making: what is not chosen yet is null, where the specification has no null. */
export type Draft = Readonly<Record<string, unknown>>;

/** What a field of a wizard does with a draft; fields are named by their path, as in `params.schedule.steps`. */
export interface Fields {
  /** What is at a path. */
  at(path: string): unknown;
  /** What is wrong at a path, or beneath it; null if nothing is. */
  issueAt(path: string): string | null;
  /** Changes what is at some paths, as one step. */
  set(changes: Readonly<Record<string, unknown>>): void;
  /** Fills in what follows from what was chosen: no step of its own, so that undoing does not do it again. */
  complete(changes: Readonly<Record<string, unknown>>): void;
}

/** A schema of the contract, as far as a draft needs it. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
}

/** What can be taken back, and begun again. */
export interface History {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
  clear(): void;
}

/**
 * The draft of one wizard: kept in this browser, undoable, and checked by the same schema as the host's.
 */
export class DraftState<T> implements Fields, History {
  readonly #key: string;
  readonly #empty: () => Draft;
  readonly #schema: Schema<T>;
  #value = $state.raw<Draft>({});
  readonly #history = new UndoHistory<Draft>();

  /**
   * @param name of the wizard
   * @param empty makes the draft that everybody starts from
   * @param schema of what the draft is to become
   */
  constructor(name: string, empty: () => Draft, schema: Schema<T>) {
    this.#key = `tangent.draft.${name}`;
    this.#empty = empty;
    this.#schema = schema;
    this.#value = readStored(this.#key) ?? empty();
  }

  get value(): Draft {
    return this.#value;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  readonly #checked = $derived.by(() => this.#schema.safeParse(this.#value));
  /** What the draft is to become, once nothing is wrong with it. */
  readonly result: T | null = $derived.by(() => (this.#checked.success ? this.#checked.data : null));

  at(path: string): unknown {
    return valueAt(this.#value, path);
  }

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

  set(changes: Readonly<Record<string, unknown>>): void {
    this.replace(changeAt(this.#value, changes));
  }

  complete(changes: Readonly<Record<string, unknown>>): void {
    this.#take(changeAt(this.#value, changes));
  }

  /** Puts another draft with some changes in its place, as one step; what that has no field for is left out. */
  beginWith(draft: Draft, changes: Readonly<Record<string, unknown>>): void {
    const known = Object.entries(changes).filter(([path]) => valueAt(draft, path) !== undefined);
    this.replace(changeAt(draft, Object.fromEntries(known)));
  }

  /** Puts another draft in its place, as one step: that of an earlier run, or an empty one. */
  replace(draft: Draft): void {
    this.#history.note(this.#value);
    this.#take(draft);
  }

  /** Begins again. */
  clear(): void {
    this.replace(this.#empty());
  }

  undo(): void {
    this.#take(this.#history.undo(this.#value) ?? this.#value);
  }

  redo(): void {
    this.#take(this.#history.redo(this.#value) ?? this.#value);
  }

  #take(draft: Draft): void {
    this.#value = draft;
    try {
      window.localStorage.setItem(this.#key, JSON.stringify(draft));
    } catch {
      // A browser that has no room for it keeps the draft as long as the page is open.
    }
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

function valueAt(draft: Draft, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], draft);
}

/** Returns a draft in which other values are at some paths. */
function changeAt(draft: Draft, changes: Readonly<Record<string, unknown>>): Draft {
  return Object.entries(changes).reduce(
    (changed, [path, value]) => replaceAt(changed, path.split('.'), value) as Draft,
    draft,
  );
}

function replaceAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  if (path.length === 0) return replacement;
  const [name, ...rest] = path;
  if (Array.isArray(value))
    return value.with(Number(name), replaceAt(value[Number(name)], rest, replacement));
  const fields = (value ?? {}) as Record<string, unknown>;
  return { ...fields, [name]: replaceAt(fields[name], rest, replacement) };
}
