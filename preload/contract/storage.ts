import { z } from 'zod';
import { artifactKindSchema } from './events';
import { jobStateSchema } from './job';
import { artifactIdSchema } from './specs/common';

const sizeSchema = z.object({ count: z.int(), bytes: z.int() });

/** The parts of a data directory besides its artifacts. */
export const storagePartSchema = z.enum([
  'catalog',
  'checkpoints',
  'labs',
  'rendered',
  'engines',
  'wheels',
  'temporary',
  'other',
]);
/** See {@link storagePartSchema}. */
export type StoragePart = z.infer<typeof storagePartSchema>;

/** How large a data directory is, by what it holds. */
export const storageReportSchema = z.object({
  root: z.string(),
  /** Of the disk that it lies on. */
  freeBytes: z.number(),
  diskBytes: z.number(),
  totalBytes: z.int(),
  /** The largest first; `kind` is null for files that the catalog does not know. */
  artifacts: z.array(sizeSchema.extend({ kind: artifactKindSchema.nullable() })),
  /** The largest first; those that are empty are left out. */
  parts: z.array(sizeSchema.extend({ part: storagePartSchema })),
});
/** See {@link storageReportSchema}. */
export type StorageReport = z.infer<typeof storageReportSchema>;

/** An artifact of the catalog whose file is not as it was made. */
export const damagedArtifactSchema = z.object({
  id: artifactIdSchema,
  kind: artifactKindSchema,
  label: z.string(),
  sizeBytes: z.int(),
  problem: z.enum(['missing', 'altered', 'unreadable']),
  /** The run that first made it. */
  madeBy: z.object({ runId: z.string(), title: z.string() }).nullable(),
});
/** See {@link damagedArtifactSchema}. */
export type DamagedArtifact = z.infer<typeof damagedArtifactSchema>;

/** What came of comparing every artifact with its SHA-256. */
export const verificationSchema = z.object({
  ...sizeSchema.shape,
  /** Those that were made first come first: what is later may be made of them. */
  damaged: z.array(damagedArtifactSchema),
  /** How many more are damaged than are listed. */
  unlisted: z.int(),
});
/** See {@link verificationSchema}. */
export type Verification = z.infer<typeof verificationSchema>;

/** How the verification of all artifacts stands. */
export const verificationStateSchema = jobStateSchema(
  z.object({ done: sizeSchema, total: sizeSchema, damaged: z.int() }),
  verificationSchema,
);
/** See {@link verificationStateSchema}. */
export type VerificationState = z.infer<typeof verificationStateSchema>;

/** What can be removed without losing a result. */
export const leftoverGroupSchema = z.enum([
  'temporary',
  'checkpoints',
  'labs',
  'unreferenced',
  'engines',
  'wheels',
]);
/** See {@link leftoverGroupSchema}. */
export type LeftoverGroup = z.infer<typeof leftoverGroupSchema>;

/** What can be removed now. */
export const cleaningPlanSchema = z.object({
  /** Names this plan when it is carried out. */
  id: z.string(),
  groups: z.array(
    sizeSchema.extend({
      group: leftoverGroupSchema,
      /** Why nothing of it can be removed now; null if it can. */
      blocked: z.string().nullable(),
    }),
  ),
});
/** See {@link cleaningPlanSchema}. */
export type CleaningPlan = z.infer<typeof cleaningPlanSchema>;

/** What a cleaning has removed. */
export const cleaningResultSchema = z.object({
  removed: sizeSchema,
  /** How many were left because they have come into use since the plan was made. */
  kept: z.int(),
  /** What the system would not let go. */
  failures: z.array(z.object({ path: z.string(), reason: z.string() })),
});
/** See {@link cleaningResultSchema}. */
export type CleaningResult = z.infer<typeof cleaningResultSchema>;
