import { z } from 'zod';
import { plainErrorSchema } from './errors';
import { environmentRecordSchema, runEventBodySchema } from './events';
import { labItemSchema, labSpecSchema, labTopicSchema } from './lab';
import { engineRequestSchema } from './specs/common';
import { runSpecSchema } from './specs/index';

/** What the host tells a worker: first `start` (or `probe`, to learn which engines load, or `lab`), later perhaps `cancel`. */
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
  /** Opens a lab, which stays until it is killed, and answers questions one after the other. */
  z.object({
    type: z.literal('lab'),
    spec: labSpecSchema,
    artifactsDirectory: z.string(),
    /** Belongs to labs of this spec and survives a restart: what was computed lives here. */
    labDirectory: z.string(),
  }),
  z.object({
    type: z.literal('question'),
    question: z.int().min(0),
    scalingCoefs: z.array(z.number()),
    about: labTopicSchema,
  }),
  /** Takes a question back. */
  z.object({ type: z.literal('withdraw'), question: z.int().min(0) }),
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

/** What a lab says: to everybody who waits (null), to one question, or why there is no lab or no answer. */
export const labMessageSchema = z.union([
  z.object({ question: z.int().min(0).nullable(), item: labItemSchema }),
  z.object({ question: z.int().min(0).nullable(), error: plainErrorSchema }),
]);
/** See {@link labMessageSchema}. */
export type LabMessage = z.infer<typeof labMessageSchema>;
