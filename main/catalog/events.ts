import { AppError, type PlainError } from '#contract/errors';
import { runEventBodySchema, type RunEvent, type RunEventBody } from '#contract/events';
import { progressSchema, type MetricPoint } from '#contract/records';
import type { CatalogDatabase } from './open-database';

interface EventRow {
  readonly sequence: number;
  readonly attempt: number;
  readonly at: number;
  readonly body: string;
}

/** What runs have said: appended once, in order, and applied to the run's row in the same transaction. */
export class EventTable {
  readonly #db: CatalogDatabase;

  /** @param database the open catalog database */
  constructor(database: CatalogDatabase) {
    this.#db = database;
  }

  /**
   * Stores an event and what follows from it: the run's progress, environment, state and error, its
   * metrics, its artifacts.
   *
   * @param event the event; its sequence number must be the run's last one plus 1
   * @throws {AppError} `internal` if a sequence number was skipped or repeated
   */
  append(event: RunEvent): void {
    this.#db.transaction(() => {
      const advanced = this.#db
        .prepare('UPDATE runs SET last_sequence = ? WHERE id = ? AND last_sequence = ?')
        .run(event.sequence, event.runId, event.sequence - 1);
      if (advanced.changes !== 1) {
        throw new AppError('internal', `event ${event.sequence} of run ${event.runId} is out of order`, {
          runId: event.runId,
          sequence: event.sequence,
        });
      }
      this.#db
        .prepare('INSERT INTO events (run_id, sequence, attempt, at, body) VALUES (?, ?, ?, ?, ?)')
        .run(event.runId, event.sequence, event.attempt, event.at, JSON.stringify(event.body));
      this.#apply(event.runId, event.at, event.body);
    })();
  }

  /**
   * Settles a run whose worker is gone without an end event.
   *
   * @param runId the run
   * @param error why, as far as it is known
   * @param now milliseconds since 1970
   */
  markInterrupted(runId: string, error: PlainError, now: number): void {
    this.#settle(runId, 'interrupted', error, now);
  }

  /** Returns a run's events with sequence numbers above `after`, in order. */
  list(runId: string, after: number, limit = 10_000): RunEvent[] {
    return this.#db
      .prepare<[string, number, number], EventRow>(
        'SELECT sequence, attempt, at, body FROM events WHERE run_id = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      )
      .all(runId, after, limit)
      .map((row) => ({
        runId,
        sequence: row.sequence,
        attempt: row.attempt,
        at: row.at,
        body: runEventBodySchema.parse(JSON.parse(row.body)),
      }));
  }

  /** Returns when a run last said something, or was last started: how long it is known to have lived. */
  lastAt(runId: string): number {
    const row = this.#db
      .prepare<[string], { at: number }>(
        `SELECT max(coalesce((SELECT max(at) FROM events WHERE run_id = r.id), 0),
                    coalesce(r.started_at, 0), r.created_at) AS at
         FROM runs r WHERE r.id = ?`,
      )
      .get(runId);
    return row?.at ?? 0;
  }

  /** Returns all points of a run's metrics, by name and then step. */
  metrics(runId: string): MetricPoint[] {
    return this.#db
      .prepare<[string], MetricPoint>(
        'SELECT name, step, value FROM metrics WHERE run_id = ? ORDER BY name, step',
      )
      .all(runId);
  }

  #apply(runId: string, at: number, body: RunEventBody): void {
    switch (body.type) {
      case 'environment':
        this.#db
          .prepare('UPDATE runs SET environment = ? WHERE id = ?')
          .run(JSON.stringify(body.environment), runId);
        return;
      case 'progress': {
        this.#db
          .prepare('UPDATE runs SET progress = ? WHERE id = ?')
          .run(JSON.stringify(progressSchema.parse(body)), runId);
        return;
      }
      case 'metric':
        this.#db
          .prepare(
            `INSERT INTO metrics (run_id, name, step, value) VALUES (?, ?, ?, ?)
             ON CONFLICT (run_id, name, step) DO UPDATE SET value = excluded.value`,
          )
          .run(runId, body.name, body.step, body.value);
        return;
      case 'artifact':
        this.#db
          .prepare(
            'INSERT INTO artifacts (id, kind, size_bytes, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
          )
          .run(body.artifactId, body.kind, body.sizeBytes, at);
        this.#db
          .prepare(
            `INSERT INTO run_artifacts (run_id, direction, role, artifact_id, label) VALUES (?, 'output', ?, ?, ?)
             ON CONFLICT (run_id, direction, role) DO UPDATE SET artifact_id = excluded.artifact_id, label = excluded.label`,
          )
          .run(runId, body.role, body.artifactId, body.label);
        return;
      case 'log':
        return;
      case 'end':
        this.#settle(runId, body.outcome, body.error, at);
    }
  }

  #settle(runId: string, state: string, error: PlainError | null, now: number): void {
    this.#db
      .prepare(
        `UPDATE runs SET state = ?, error = ?, ended_at = ?,
           elapsed_ms = elapsed_ms + CASE WHEN state = 'running' THEN max(0, ? - started_at) ELSE 0 END
         WHERE id = ?`,
      )
      .run(state, error === null ? null : JSON.stringify(error), now, now, runId);
  }
}
