import { z } from 'zod';
import { environmentRecordSchema, runEventBodySchema } from './events';
import { engineRequestSchema } from './specs/common';
import { runSpecSchema } from './specs/index';

/** What the host tells a worker: first `start` (or `probe`, to learn which engines load), later perhaps `cancel`. */
export const workerRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    runId: z.string(),
    attempt: z.int().min(1),
    spec: runSpecSchema,
    /** Root of the artifact store. */
    artifactsDirectory: z.string(),
    /** Belongs to this run alone and survives a restart: checkpoints live here. */
    runDirectory: z.string(),
    /** Where `render-tasks` writes folders that people can look at. */
    renderedDirectory: z.string(),
    /** Sequence number of the worker's first event. */
    firstSequence: z.int().min(1),
    /** What the attempt before this one was executed with; null if there was none. */
    earlierEnvironment: environmentRecordSchema.nullable(),
    appVersion: z.string(),
    appCommit: z.string().nullable(),
  }),
  z.object({
    type: z.literal('probe'),
    engine: engineRequestSchema,
    appVersion: z.string(),
    appCommit: z.string().nullable(),
  }),
  z.object({ type: z.literal('cancel') }),
  /** Answers a worker's flush: every event it had sent by then is on disk. */
  z.object({ type: z.literal('flushed') }),
]);
/** See {@link workerRequestSchema}. */
export type WorkerRequest = z.infer<typeof workerRequestSchema>;

/**
 * What a worker tells the host: events, numbered without gaps, and now and then a request to hear
 * when all of them are on disk. A checkpoint may only be written after that: what a run said before
 * its checkpoint is not said again.
 */
export const workerMessageSchema = z.union([
  z.object({ sequence: z.int().min(1), at: z.int(), body: runEventBodySchema }),
  z.object({ flush: z.literal(true) }),
]);
/** See {@link workerMessageSchema}. */
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
