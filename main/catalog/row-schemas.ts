import { z } from 'zod';
import { plainErrorSchema } from '#contract/errors';
import { environmentRecordSchema } from '#contract/events';
import { progressSchema, runStateSchema, type RunSummary } from '#contract/records';
import { parseTags } from '#contract/run-search';
import { runKindSchema } from '#contract/specs/index';

/** A column that holds a JSON document. */
export const jsonText = z.string().transform((text): unknown => JSON.parse(text));

/** A row of `runs`, without the spec, as the database gives it. */
export const runRowSchema = z
  .object({
    number: z.int(),
    id: z.string(),
    kind: runKindSchema,
    spec_hash: z.string(),
    title: z.string(),
    state: runStateSchema,
    attempt: z.int(),
    created_at: z.int(),
    started_at: z.int().nullable(),
    ended_at: z.int().nullable(),
    elapsed_ms: z.int(),
    progress: jsonText.pipe(progressSchema).nullable(),
    error: jsonText.pipe(plainErrorSchema).nullable(),
    last_sequence: z.int(),
    tags: z.string(),
    note: z.string(),
  })
  .transform((row): RunSummary => ({
    id: row.id,
    kind: row.kind,
    specHash: row.spec_hash,
    title: row.title,
    state: row.state,
    attempt: row.attempt,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    elapsedMs: row.elapsed_ms,
    progress: row.progress,
    error: row.error,
    lastSequence: row.last_sequence,
    tags: parseTags(row.tags),
    note: row.note,
  }));

/** The columns that {@link runRowSchema} reads. */
export const runColumns =
  'number, id, kind, spec_hash, title, state, attempt, created_at, started_at, ended_at, elapsed_ms, progress, error, last_sequence, tags, note';

/** The environment column. */
export const environmentColumnSchema = jsonText.pipe(environmentRecordSchema).nullable();
