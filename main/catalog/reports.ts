import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json';
import { AppError } from '#contract/errors';
import { reportDocumentSchema, type ReportDocument, type StoredReport } from '#contract/report';
import type { CatalogDatabase } from './open-database';
import { jsonText } from './row-schemas';

const reportRowSchema = z
  .object({
    id: z.string(),
    document: jsonText.pipe(reportDocumentSchema),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .transform(({ id, document, created_at: createdAt, updated_at: updatedAt }) => ({
    id,
    createdAt,
    updatedAt,
    document,
  }));

/** Reports that people have arranged and saved. */
export class ReportTable {
  readonly #db: CatalogDatabase;

  /** @param database the open catalog database */
  constructor(database: CatalogDatabase) {
    this.#db = database;
  }

  /** Returns all reports, the one that was changed last first. */
  list(): StoredReport[] {
    return this.#db
      .prepare('SELECT * FROM reports ORDER BY updated_at DESC, number DESC')
      .all()
      .map((row) => reportRowSchema.parse(row));
  }

  /**
   * Returns one report.
   *
   * @param id its id
   * @throws {AppError} `unknown_report`
   */
  get(id: string): StoredReport {
    const row = this.#db.prepare('SELECT * FROM reports WHERE id = ?').get(id);
    if (row === undefined) throw unknownReport(id);
    return reportRowSchema.parse(row);
  }

  /**
   * Stores a new report.
   *
   * @param id its id
   * @param document the report
   * @param now milliseconds since 1970
   */
  insert(id: string, document: ReportDocument, now: number): void {
    this.#db
      .prepare('INSERT INTO reports (id, document, created_at, updated_at) VALUES (?, ?, ?, ?)')
      .run(id, canonicalJson(document), now, now);
  }

  /**
   * Puts a report in the place of its earlier state.
   *
   * @param id its id
   * @param document the report
   * @param now milliseconds since 1970
   * @throws {AppError} `unknown_report`
   */
  update(id: string, document: ReportDocument, now: number): void {
    const { changes } = this.#db
      .prepare('UPDATE reports SET document = ?, updated_at = ? WHERE id = ?')
      .run(canonicalJson(document), now, id);
    if (changes === 0) throw unknownReport(id);
  }

  /**
   * Removes a report; the runs that it is about stay.
   *
   * @param id its id
   * @throws {AppError} `unknown_report`
   */
  remove(id: string): void {
    const { changes } = this.#db.prepare('DELETE FROM reports WHERE id = ?').run(id);
    if (changes === 0) throw unknownReport(id);
  }
}

function unknownReport(reportId: string): AppError {
  return new AppError('unknown_report', `There is no report ${reportId}.`, { reportId });
}
