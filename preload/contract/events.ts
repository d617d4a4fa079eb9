import { z } from 'zod';
import { plainErrorSchema } from './errors';
import { artifactIdSchema } from './specs/common';

/** What kind of file an artifact is; decides which reader opens it. */
export const artifactKindSchema = z.enum([
  'model',
  'task-vector',
  'head',
  'dataset',
  'image-pack',
  'import-report',
  'rendered-folder',
  'evaluation',
  'addition',
  'negation',
  'merge',
  'combination',
  'responses',
  'edit-search',
  'disentanglement',
  'gram',
  'kernel-spectrum',
  'ntk',
  'kernel-predictor',
  'tensors',
  'forecast',
  'text-encoder',
  'tokenizer',
  'model-report',
  'exported-file',
  'inspection',
]);
/** See {@link artifactKindSchema}. */
export type ArtifactKind = z.infer<typeof artifactKindSchema>;

/** What a run was executed with; stored with the run so that a number can be traced and made again. */
export const environmentRecordSchema = z.object({
  /** Version of this program, and the commit it was built from (null outside a git checkout). */
  appVersion: z.string(),
  appCommit: z.string().nullable(),
  engine: z.object({
    name: z.enum(['native', 'wasm', 'cpu', 'none']),
    /** Where it computes. */
    device: z.enum(['cpu', 'gpu']).default('cpu'),
    /** Version of the library behind the engine. */
    version: z.string(),
    threads: z.int(),
    /** Whether the engine promises bit-equal results for equal inputs. */
    deterministic: z.boolean(),
    /** Engines that would have been preferred, and why each was refused. */
    refused: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
});
/** See {@link environmentRecordSchema}. */
export type EnvironmentRecord = z.infer<typeof environmentRecordSchema>;

/** How far a phase of work is. */
export const progressEventSchema = z.object({
  type: z.literal('progress'),
  /** What is being done, for people: "fine-tuning", "validation sweep". */
  phase: z.string(),
  /** Work units done and in total for this phase; `total` is at least 1. */
  done: z.number().min(0),
  total: z.number().min(1),
  unit: z.string(),
  /** Work units per second, null until it can be told. */
  rate: z.number().nullable(),
  etaMs: z.number().nullable(),
  /** The most memory that the run's process has taken so far; null where it was not measured. */
  peakBytes: z.number().nullable().default(null),
});

/** What a run can say. */
export const runEventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('environment'), environment: environmentRecordSchema }),
  progressEventSchema,
  z.object({
    type: z.literal('metric'),
    /** For example `loss` or `learningRate`. */
    name: z.string(),
    step: z.int().min(0),
    value: z.number(),
  }),
  z.object({
    type: z.literal('artifact'),
    artifactId: artifactIdSchema,
    kind: artifactKindSchema,
    /** What the artifact is to this run: "model", "taskVector"; unique within the run. */
    role: z.string(),
    /** Name for people. */
    label: z.string(),
    sizeBytes: z.int().min(0),
  }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warning']), message: z.string() }),
  z.object({
    type: z.literal('end'),
    outcome: z.enum(['finished', 'failed', 'cancelled']),
    error: plainErrorSchema.nullable(),
  }),
]);
/** See {@link runEventBodySchema}. */
export type RunEventBody = z.infer<typeof runEventBodySchema>;

/** An event of a run. Sequence numbers count from 1 without gaps over all attempts of the run. */
export const runEventSchema = z.object({
  runId: z.string(),
  sequence: z.int().min(1),
  /** 1 for the first execution, one more after each resume. */
  attempt: z.int().min(1),
  /** Milliseconds since 1970. */
  at: z.int(),
  body: runEventBodySchema,
});
/** See {@link runEventSchema}. */
export type RunEvent = z.infer<typeof runEventSchema>;
