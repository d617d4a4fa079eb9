import { z } from 'zod';
import { environmentRecordSchema } from './events';
import { jobStateSchema } from './job';

/**
 * What `auto` means in a data directory: the best engine that loads; the native one or none, so that no run is slow
 * unnoticed; or WebAssembly also where the native one is installed.
 */
export const engineChoiceSchema = z.enum(['auto', 'native', 'wasm']);
/** See {@link engineChoiceSchema}. */
export type EngineChoice = z.infer<typeof engineChoiceSchema>;

/** Which processor a native engine computes on: `cpu`, or `gpu` with NVIDIA's CUDA libraries. */
export const engineVariantSchema = z.enum(['cpu', 'gpu']);
/** See {@link engineVariantSchema}. */
export type EngineVariant = z.infer<typeof engineVariantSchema>;

/** A native engine that is installed in the data directory. */
export const installedEngineSchema = z.object({
  variant: engineVariantSchema,
  /** Version of TensorFlow. */
  tensorflow: z.string(),
  compiler: z.string(),
  /** For which it was compiled. */
  processor: z.string(),
  folder: z.string(),
  /** Whether it was compiled for this processor from the sources of this version of the program. */
  isCurrent: z.boolean(),
});
/** See {@link installedEngineSchema}. */
export type InstalledEngineRecord = z.infer<typeof installedEngineSchema>;

/** Which engines there are, and which one runs get that leave it to the machine. */
export const engineReportSchema = z.object({
  choice: engineChoiceSchema,
  installed: z.array(installedEngineSchema),
  /** Why none can be installed on this machine; null if one can. */
  notInstallable: z.string().nullable(),
  /** What has just been started for a try; null if nothing could be. */
  started: environmentRecordSchema.shape.engine.nullable(),
  /** Why nothing could be started. */
  problem: z.string().nullable(),
  /** Why WebAssembly cannot be started; null if it can. */
  wasmProblem: z.string().nullable(),
});
/** See {@link engineReportSchema}. */
export type EngineReport = z.infer<typeof engineReportSchema>;

/** What to install. */
export const installRequestSchema = z.object({
  variant: engineVariantSchema,
  /** A wheel, or a folder of wheels, on the host's machine; null fetches. */
  from: z.string().min(1).nullable(),
});

/** How far an installation is. */
export const installProgressSchema = z.object({
  variant: engineVariantSchema,
  /** Phases that are done, in order. */
  earlier: z.array(z.string()),
  phase: z.string(),
  done: z.number(),
  /** Null while it is not known. */
  total: z.number().nullable(),
  unit: z.enum(['bytes', 'files']),
});
/** See {@link installProgressSchema}. */
export type InstallProgressRecord = z.infer<typeof installProgressSchema>;

/** How the installation of an engine stands. */
export const installStateSchema = jobStateSchema(installProgressSchema, installedEngineSchema);
/** See {@link installStateSchema}. */
export type InstallState = z.infer<typeof installStateSchema>;
