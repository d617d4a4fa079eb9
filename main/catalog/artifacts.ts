import { z } from 'zod';
import { AppError } from '#contract/errors';
import { artifactKindSchema, type ArtifactKind } from '#contract/events';
import type { ArtifactRecord, LibraryEntry } from '#contract/records';
import { parseRunSpecUnlessRetired, runKindSchema } from '#contract/specs/index';
import type { CatalogDatabase } from './open-database';

const artifactRowSchema = z
  .object({
    id: z.string(),
    kind: artifactKindSchema,
    size_bytes: z.int(),
    created_at: z.int(),
    role: z.string(),
    label: z.string(),
  })
  .transform((row): ArtifactRecord => ({
    id: row.id,
    kind: row.kind,
    sizeBytes: row.size_bytes,
    createdAt: row.created_at,
    role: row.role,
    label: row.label,
  }));

const makerRowSchema = z
  .object({ run_id: z.string(), run_kind: runKindSchema, title: z.string(), spec: z.string() })
  .transform((row): LibraryEntry['madeBy'] => ({
    runId: row.run_id,
    kind: row.run_kind,
    title: row.title,
    spec: parseRunSpecUnlessRetired(JSON.parse(row.spec)),
  }));

const factsSchema = z.object({ id: z.string(), kind: artifactKindSchema, sizeBytes: z.int() });

/** Which artifacts to list. */
export interface ArtifactFilter {
  readonly kinds: readonly ArtifactKind[];
  /** Words that must all be in the label, whatever their case. */
  readonly text: string;
  readonly limit: number;
  /** Only artifacts listed behind this one. */
  readonly after?: string;
}

/** Facts about artifacts and their lineage; the bytes are in the artifact store. */
export class ArtifactTable {
  readonly #db: CatalogDatabase;

  /** @param database the open catalog database */
  constructor(database: CatalogDatabase) {
    this.#db = database;
  }

  /**
   * Notes which artifacts a run reads, each under the label that the run which first made it gave it.
   *
   * @param runId the run
   * @param inputs artifact ids by role; each must be in the catalog
   */
  linkInputs(runId: string, inputs: ReadonlyMap<string, string>): void {
    const link = this.#db.prepare(
      `INSERT INTO run_artifacts (run_id, direction, role, artifact_id, label)
       SELECT ?, 'input', ?, ?, coalesce(
         (SELECT l.label FROM run_artifacts l JOIN runs r ON r.id = l.run_id
          WHERE l.artifact_id = ? AND l.direction = 'output' ORDER BY r.number LIMIT 1), ?)`,
    );
    for (const [role, id] of inputs) link.run(runId, role, id, id, role);
  }

  /** Returns a run's inputs or outputs, by role. */
  ofRun(runId: string, direction: 'input' | 'output'): ArtifactRecord[] {
    return this.#db
      .prepare(
        `SELECT a.id, a.kind, a.size_bytes, a.created_at, l.role, l.label
         FROM run_artifacts l JOIN artifacts a ON a.id = l.artifact_id
         WHERE l.run_id = ? AND l.direction = ? ORDER BY l.role`,
      )
      .all(runId, direction)
      .map((row) => artifactRowSchema.parse(row));
  }

  /**
   * Returns the runs that made an artifact before another run was submitted, in the order of submission.
   *
   * @param id the artifact
   * @param runId a run that reads it
   */
  makersBefore(id: string, runId: string): string[] {
    return this.#db
      .prepare<[string, string], { id: string }>(
        `SELECT r.id FROM run_artifacts l JOIN runs r ON r.id = l.run_id
         WHERE l.artifact_id = ? AND l.direction = 'output'
           AND r.number < (SELECT number FROM runs WHERE id = ?) ORDER BY r.number`,
      )
      .all(id, runId)
      .map((row) => row.id);
  }

  /** Lists artifacts that runs have made, the newest first, each with the run that first made it. */
  list({ kinds, text, limit, after }: ArtifactFilter): LibraryEntry[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const conditions = [
      `a.kind IN (${kinds.map(() => '?').join(', ')})`,
      ...words.map(() => 'instr(lower(l.label), ?) > 0'),
      ...(after === undefined
        ? []
        : ['(a.created_at, a.id) < (SELECT created_at, id FROM artifacts WHERE id = ?)']),
    ];
    // Beside min(), SQLite takes the other columns from the row that has it: the run that was first.
    return this.#db
      .prepare(
        `SELECT a.id, a.kind, a.size_bytes, a.created_at, l.role, l.label, r.id AS run_id, r.kind AS run_kind,
                r.title, r.spec, min(r.number)
         FROM artifacts a JOIN run_artifacts l ON l.artifact_id = a.id AND l.direction = 'output'
         JOIN runs r ON r.id = l.run_id
         WHERE ${conditions.join(' AND ')}
         GROUP BY a.created_at, a.id ORDER BY a.created_at DESC, a.id DESC LIMIT ?`,
      )
      .all(...kinds, ...words, ...(after === undefined ? [] : [after]), limit)
      .map((row) => ({ ...artifactRowSchema.parse(row), madeBy: makerRowSchema.parse(row) }));
  }

  /** Number and bytes of all artifacts. */
  totals(): { count: number; bytes: number } {
    const row = this.#db
      .prepare<[], { count: number; bytes: number }>(
        'SELECT count(*) AS count, coalesce(sum(size_bytes), 0) AS bytes FROM artifacts',
      )
      .get();
    return row ?? { count: 0, bytes: 0 };
  }

  /** Whether the catalog knows this artifact. */
  has(id: string): boolean {
    return this.#db.prepare('SELECT 1 FROM artifacts WHERE id = ?').get(id) !== undefined;
  }

  /**
   * Returns the artifacts whose ids begin so: as many at once as can be looked at without holding the host up.
   *
   * @param digits first hexadecimal digits
   */
  beginningWith(digits: string): { id: string; kind: ArtifactKind; sizeBytes: number }[] {
    // Every digit is below g.
    return this.#db
      .prepare('SELECT id, kind, size_bytes AS sizeBytes FROM artifacts WHERE id >= ? AND id < ? ORDER BY id')
      .all(digits, `${digits}g`)
      .map((row) => factsSchema.parse(row));
  }

  /**
   * Returns one artifact with the run that first made it.
   *
   * @param prefix its id or a unique beginning
   * @throws {AppError} `unknown_artifact`, or `ambiguous_id` if several begin so
   */
  find(prefix: string): ArtifactRecord & { madeBy: string | null } {
    const ids = this.#db
      .prepare<[string, string], { id: string }>(
        'SELECT id FROM artifacts WHERE substr(id, 1, length(?)) = ? LIMIT 2',
      )
      .all(prefix, prefix)
      .map((row) => row.id);
    if (ids.length > 1)
      throw new AppError('ambiguous_id', `Several artifacts begin with ${prefix}.`, { prefix });
    const row = this.#db
      .prepare(
        `SELECT a.id, a.kind, a.size_bytes, a.created_at, coalesce(l.role, '') AS role,
                coalesce(l.label, a.kind) AS label, l.run_id
         FROM artifacts a LEFT JOIN run_artifacts l ON l.artifact_id = a.id AND l.direction = 'output'
         LEFT JOIN runs r ON r.id = l.run_id
         WHERE a.id = ? ORDER BY r.number LIMIT 1`,
      )
      .get(ids.at(0) ?? '');
    if (row === undefined) {
      throw new AppError('unknown_artifact', `There is no artifact ${prefix} in the catalog.`, {
        artifactId: prefix,
      });
    }
    const madeBy = z.object({ run_id: z.string().nullable() }).parse(row).run_id;
    return { ...artifactRowSchema.parse(row), madeBy };
  }
}
