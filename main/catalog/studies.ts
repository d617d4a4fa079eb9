import { z } from 'zod';
import { AppError, plainErrorSchema, type PlainError } from '#contract/errors';
import { studyGraphSchema, type StudyGraph } from '#contract/study-template';
import { canonicalJson } from '#contract/canonical-json';
import type { CatalogDatabase } from './open-database';
import { jsonText } from './row-schemas';

/** What became of the steps of a study: step id → run. */
export type StudySteps = ReadonlyMap<string, { readonly runId: string; readonly reused: boolean }>;

const studyRowSchema = z
  .object({
    id: z.string(),
    template: jsonText.pipe(studyGraphSchema),
    state: z.enum(['running', 'finished', 'stopped']),
    error: jsonText.pipe(plainErrorSchema).nullable(),
    created_at: z.int(),
  })
  .transform(({ created_at, ...row }) => ({ ...row, createdAt: created_at }));

/** A study as it is stored. */
export type StoredStudy = z.infer<typeof studyRowSchema>;

/** Studies and which runs their steps have become. */
export class StudyTable {
  readonly #db: CatalogDatabase;

  /** @param database the open catalog database */
  constructor(database: CatalogDatabase) {
    this.#db = database;
  }

  /**
   * Returns the study of a template, making it if there is none: the same template always
   * continues the same study.
   *
   * @param id id for a new study
   * @param template the template
   * @param templateHash SHA-256 of its canonical JSON
   * @param now milliseconds since 1970
   */
  findOrInsert(id: string, template: StudyGraph, templateHash: string, now: number): StoredStudy {
    this.#db
      .prepare(
        `INSERT INTO studies (id, template, template_hash, state, created_at) VALUES (?, ?, ?, 'stopped', ?)
         ON CONFLICT (template_hash) DO NOTHING`,
      )
      .run(id, canonicalJson(template), templateHash, now);
    return studyRowSchema.parse(
      this.#db.prepare('SELECT * FROM studies WHERE template_hash = ?').get(templateHash),
    );
  }

  /**
   * Returns one study.
   *
   * @param id its id
   * @throws {AppError} `unknown_study`
   */
  get(id: string): StoredStudy {
    const row = this.#db.prepare('SELECT * FROM studies WHERE id = ?').get(id);
    if (row === undefined) throw new AppError('unknown_study', `There is no study ${id}.`, { studyId: id });
    return studyRowSchema.parse(row);
  }

  /** Returns all studies, newest first. */
  list(): StoredStudy[] {
    return this.#db
      .prepare('SELECT * FROM studies ORDER BY number DESC')
      .all()
      .map((row) => studyRowSchema.parse(row));
  }

  /** Returns which runs the steps of a study have become so far. */
  steps(studyId: string): StudySteps {
    const rows = this.#db
      .prepare<[string], { step_id: string; run_id: string; reused: number }>(
        'SELECT step_id, run_id, reused FROM study_steps WHERE study_id = ?',
      )
      .all(studyId);
    return new Map(rows.map((row) => [row.step_id, { runId: row.run_id, reused: row.reused === 1 }]));
  }

  /** Notes which run a step has become; a later call replaces an earlier one. */
  setStep(studyId: string, stepId: string, runId: string, reused: boolean): void {
    this.#db
      .prepare(
        `INSERT INTO study_steps (study_id, step_id, run_id, reused) VALUES (?, ?, ?, ?)
         ON CONFLICT (study_id, step_id) DO UPDATE SET run_id = excluded.run_id, reused = excluded.reused`,
      )
      .run(studyId, stepId, runId, reused ? 1 : 0);
  }

  /** Sets the state of a study, with the error of a step that could not be submitted. */
  setState(studyId: string, state: StoredStudy['state'], error: PlainError | null): void {
    this.#db
      .prepare('UPDATE studies SET state = ?, error = ? WHERE id = ?')
      .run(state, error === null ? null : JSON.stringify(error), studyId);
  }

  /** Marks studies that a dead host left running as stopped. */
  stopAll(): void {
    this.#db.prepare(`UPDATE studies SET state = 'stopped' WHERE state = 'running'`).run();
  }
}
