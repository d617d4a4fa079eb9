import { randomInt } from 'node:crypto';
import { AppError } from '#contract/errors';
import type { EnvironmentRecord } from '#contract/events';
import { noRuns, type RunState, type RunSummary } from '#contract/records';
import { parseRunSearch, searchedFields, tagsText } from '#contract/run-search';
import { parseRunSpec, runSpecText, type RunKind, type RunSpec } from '#contract/specs/index';
import type { CatalogDatabase } from './open-database';
import { environmentColumnSchema, runColumns, runRowSchema } from './row-schemas';

/** Letters of a run id: lower-case Crockford base 32, which has no look-alikes. */
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 8;

/** Which runs to list. */
export interface RunFilter {
  readonly states?: readonly RunState[];
  readonly kinds?: readonly RunKind[];
  /** See {@link parseRunSearch}. */
  readonly text?: string;
  readonly limit: number;
  /** How many of the newest to leave out; none by default. */
  readonly offset?: number;
}

/** What people change on a run. */
export interface RunChanges {
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
  readonly note?: string | undefined;
}

/** The runs of a catalog: what was asked for and what state it is in. */
export class RunTable {
  readonly #db: CatalogDatabase;

  /** @param database the open catalog database */
  constructor(database: CatalogDatabase) {
    this.#db = database;
  }

  /**
   * Adds a queued run.
   *
   * @param spec a valid spec
   * @param specHash SHA-256 of its canonical JSON
   * @param title name for people
   * @param now milliseconds since 1970
   * @returns the new run
   */
  insert(spec: RunSpec, specHash: string, title: string, now: number): RunSummary {
    const id = this.#newId();
    this.#db
      .prepare(
        `INSERT INTO runs (id, kind, spec, spec_hash, title, state, attempt, created_at)
         VALUES (?, ?, ?, ?, ?, 'queued', 1, ?)`,
      )
      .run(id, spec.kind, runSpecText(spec), specHash, title, now);
    return this.get(id);
  }

  /**
   * Returns one run.
   *
   * @param id its whole id
   * @throws {AppError} `unknown_run`
   */
  get(id: string): RunSummary {
    const row = this.#db.prepare(`SELECT ${runColumns} FROM runs WHERE id = ?`).get(id);
    if (row === undefined) throw new AppError('unknown_run', `There is no run ${id}.`, { runId: id });
    return runRowSchema.parse(row);
  }

  /**
   * Finds the whole id for a beginning of one.
   *
   * @param prefix one or more first characters
   * @throws {AppError} `unknown_run`, or `ambiguous_id` if several runs begin so
   */
  resolveId(prefix: string): string {
    const ids = this.#db
      .prepare<[string, string], { id: string }>(
        'SELECT id FROM runs WHERE substr(id, 1, length(?)) = ? LIMIT 2',
      )
      .all(prefix, prefix)
      .map((row) => row.id);
    if (ids.length > 1) throw new AppError('ambiguous_id', `Several runs begin with ${prefix}.`, { prefix });
    const id = ids.at(0);
    if (id === undefined) throw new AppError('unknown_run', `There is no run ${prefix}.`, { runId: prefix });
    return id;
  }

  /** Returns a run's spec, brought to the newest version. */
  spec(id: string): RunSpec {
    return parseRunSpec(this.storedSpec(id));
  }

  /** Returns a run's spec as it was submitted, of whatever version. */
  storedSpec(id: string): unknown {
    const row = this.#db.prepare<[string], { spec: string }>('SELECT spec FROM runs WHERE id = ?').get(id);
    if (row === undefined) throw new AppError('unknown_run', `There is no run ${id}.`, { runId: id });
    return JSON.parse(row.spec) as unknown;
  }

  /** Returns what a run was last executed with; null before it has said so. */
  environment(id: string): EnvironmentRecord | null {
    const row = this.#db
      .prepare<[string], { environment: string | null }>('SELECT environment FROM runs WHERE id = ?')
      .get(id);
    return environmentColumnSchema.parse(row?.environment ?? null);
  }

  /** Lists runs, newest first. */
  list(filter: RunFilter): RunSummary[] {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const anyOf = (column: string, allowed: readonly string[] | undefined) => {
      if (allowed === undefined) return;
      conditions.push(`${column} IN (${allowed.map(() => '?').join(', ')})`);
      values.push(...allowed);
    };
    anyOf('state', filter.states);
    anyOf('kind', filter.kinds);
    const found = conditionOf(filter.text ?? '');
    if (found !== null) {
      conditions.push(found.sql);
      values.push(...found.values);
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.#db
      .prepare(`SELECT ${runColumns} FROM runs ${where} ORDER BY number DESC LIMIT ? OFFSET ?`)
      .all(...values, filter.limit, filter.offset ?? 0)
      .map((row) => runRowSchema.parse(row));
  }

  /**
   * Counts the runs in each state.
   *
   * @param text only those that it finds; see {@link parseRunSearch}
   */
  counts(text: string): Record<RunState, number> {
    const found = conditionOf(text);
    const where = found === null ? '' : `WHERE ${found.sql}`;
    const rows = this.#db
      .prepare<string[], { state: RunState; n: number }>(
        `SELECT state, count(*) AS n FROM runs ${where} GROUP BY state`,
      )
      .all(...(found?.values ?? []));
    return { ...noRuns, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) };
  }

  /** Returns some runs in the order of submission, each once; those that are not there are left out. */
  inOrder(ids: Iterable<string>): RunSummary[] {
    return this.#db
      .prepare(`SELECT ${runColumns} FROM runs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number`)
      .all(JSON.stringify([...ids]))
      .map((row) => runRowSchema.parse(row));
  }

  /** Returns the runs of one spec, newest first. */
  withSpec(specHash: string): RunSummary[] {
    return this.#db
      .prepare(`SELECT ${runColumns} FROM runs WHERE spec_hash = ? ORDER BY number DESC`)
      .all(specHash)
      .map((row) => runRowSchema.parse(row));
  }

  /** Returns the state of a run; null if there is no such run. */
  stateOf(id: string): RunState | null {
    const row = this.#db
      .prepare<[string], { state: RunState }>('SELECT state FROM runs WHERE id = ?')
      .get(id);
    return row?.state ?? null;
  }

  /** Returns queued runs in the order in which they will be started: as people have moved them, then as submitted. */
  queued(): RunSummary[] {
    return this.#db
      .prepare(
        `SELECT ${runColumns} FROM runs INDEXED BY runs_in_queue WHERE state = 'queued'
         ORDER BY queue_place IS NULL, queue_place, number`,
      )
      .all()
      .map((row) => runRowSchema.parse(row));
  }

  /**
   * Moves a queued run.
   *
   * @param id the run
   * @param before the queued run that it comes before; null for the end of the queue
   * @throws {AppError} `wrong_state` if one of them is not queued
   */
  move(id: string, before: string | null): void {
    this.#db.transaction(() => {
      const order = this.queued().map((run) => run.id);
      for (const named of before === null ? [id] : [id, before]) {
        if (!order.includes(named)) {
          throw new AppError('wrong_state', `Run ${named} is not in the queue any more.`, { runId: named });
        }
      }
      if (id === before) return;
      const others = order.filter((other) => other !== id);
      others.splice(before === null ? others.length : others.indexOf(before), 0, id);
      const place = this.#db.prepare('UPDATE runs SET queue_place = ? WHERE id = ?');
      others.forEach((other, index) => place.run(index, other));
    })();
  }

  /**
   * Puts tags on a run, takes some off, and writes its note.
   *
   * @param id the run
   * @param changes what is to change; the note stays without a new one
   * @throws {AppError} `unknown_run`
   */
  annotate(id: string, changes: RunChanges): void {
    const { tags, note } = this.get(id);
    const kept = new Set([...tags, ...changes.addTags]);
    for (const tag of changes.removeTags) kept.delete(tag);
    this.#db
      .prepare('UPDATE runs SET tags = ?, note = ? WHERE id = ?')
      .run(tagsText([...kept].sort()), changes.note ?? note, id);
  }

  /** Returns the ids of all runs in a state. */
  idsIn(state: RunState): string[] {
    return this.#db
      .prepare<[string], { id: string }>('SELECT id FROM runs WHERE state = ?')
      .all(state)
      .map((row) => row.id);
  }

  /** Number of runs in the catalog. */
  count(): number {
    return this.#db.prepare<[], { n: number }>('SELECT count(*) AS n FROM runs').get()?.n ?? 0;
  }

  /** Marks a queued run as running. */
  markRunning(id: string, now: number): void {
    this.#db
      .prepare(
        `UPDATE runs SET state = 'running', started_at = ?, ended_at = NULL, error = NULL, queue_place = NULL WHERE id = ?`,
      )
      .run(now, id);
  }

  /** Puts a settled run back into the queue for another attempt, which continues from its checkpoint. */
  requeue(id: string): void {
    this.#db
      .prepare(
        `UPDATE runs SET state = 'queued', attempt = attempt + 1, ended_at = NULL, error = NULL, progress = NULL
         WHERE id = ?`,
      )
      .run(id);
  }

  #newId(): string {
    const taken = this.#db.prepare('SELECT 1 FROM runs WHERE id = ?');
    for (;;) {
      const id = Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
      if (taken.get(id) === undefined) return id;
    }
  }
}

/** The condition that a search means; null where it finds everything. */
function conditionOf(text: string): { sql: string; values: string[] } | null {
  const search = parseRunSearch(text);
  if (search.length === 0) return null;
  const fields = `lower(${searchedFields.join(" || ' ' || ")})`;
  const groups = search.map(({ words, without }) =>
    [...words.map(() => `instr(${fields}, ?) > 0`), ...without.map(() => `instr(${fields}, ?) = 0`)].join(
      ' AND ',
    ),
  );
  return {
    sql: `(${groups.map((group) => `(${group})`).join(' OR ')})`,
    values: search.flatMap(({ words, without }) => [...words, ...without]),
  };
}
