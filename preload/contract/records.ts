import { z } from 'zod';
import { plainErrorSchema } from './errors';
import { artifactKindSchema, environmentRecordSchema, progressEventSchema } from './events';
import { artifactIdSchema } from './specs/common';
import { runKindSchema, runSpecSchema } from './specs/index';

/** queued → running → finished | failed | cancelled | interrupted; an interrupted run can be resumed. */
export const runStateSchema = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled', 'interrupted']);
/** See {@link runStateSchema}. */
export type RunState = z.infer<typeof runStateSchema>;

/** Whether a run in this state will change no more by itself. */
export function isSettled(state: RunState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Whether a run in this state can go on from its last checkpoint. */
export function isResumable(state: RunState): boolean {
  return isSettled(state) && state !== 'finished';
}

/** No run in any state: what counts begin with. */
export const noRuns = Object.freeze(
  Object.fromEntries(runStateSchema.options.map((state) => [state, 0])),
) as Readonly<Record<RunState, number>>;

/** The newest progress of a run: what its event said. */
export const progressSchema = progressEventSchema.omit({ type: true });
/** See {@link progressSchema}. */
export type Progress = z.infer<typeof progressSchema>;

/** A word that people put on runs to find them again. */
export const tagSchema = z
  .string()
  .regex(/^[^\s#,]{1,40}$/, 'a tag is one word of at most 40 characters, without # and commas');

/** A run in a list. */
export const runSummarySchema = z.object({
  id: z.string(),
  kind: runKindSchema,
  specHash: z.string(),
  title: z.string(),
  state: runStateSchema,
  attempt: z.int(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  /** Time spent executing, over all attempts. */
  elapsedMs: z.int(),
  progress: progressSchema.nullable(),
  error: plainErrorSchema.nullable(),
  /** Sequence number of the last stored event; 0 before the first. */
  lastSequence: z.int(),
  /** In alphabetical order. */
  tags: z.array(tagSchema),
  /** What people have written about it; empty for nothing. */
  note: z.string(),
});
/** See {@link runSummarySchema}. */
export type RunSummary = z.infer<typeof runSummarySchema>;

/** What a run will take, by what earlier runs of its kind, mode and model took. */
export const runEstimateSchema = z.object({
  /** A finished run of the same specification, which is shown instead of computing it again; null for none. */
  equalRun: z.string().nullable(),
  milliseconds: z.number(),
  /** Null where it was not measured. */
  peakBytes: z.number().nullable(),
  /** How many runs it is judged by; 0 if nothing tells. */
  runCount: z.int(),
});
/** See {@link runEstimateSchema}. */
export type RunEstimate = z.infer<typeof runEstimateSchema>;

/** An artifact as a run's input or output. */
export const artifactRecordSchema = z.object({
  id: artifactIdSchema,
  kind: artifactKindSchema,
  sizeBytes: z.int(),
  createdAt: z.int(),
  role: z.string(),
  label: z.string(),
});
/** See {@link artifactRecordSchema}. */
export type ArtifactRecord = z.infer<typeof artifactRecordSchema>;

/** An artifact in the library, with the run that first made it. */
export const libraryEntrySchema = artifactRecordSchema.extend({
  madeBy: z.object({
    runId: z.string(),
    kind: runKindSchema,
    title: z.string(),
    /** Null for a specification that this program does not execute any more. */
    spec: runSpecSchema.nullable(),
  }),
});
/** See {@link libraryEntrySchema}. */
export type LibraryEntry = z.infer<typeof libraryEntrySchema>;

/** Everything the catalog knows about one run, but for its events and metrics. */
export const runDetailSchema = runSummarySchema.extend({
  /** Null for a specification that this program does not execute any more. */
  spec: runSpecSchema.nullable(),
  /** The specification as it was submitted, whatever its version. */
  storedSpec: z.unknown(),
  environment: environmentRecordSchema.nullable(),
  inputs: z.array(artifactRecordSchema),
  outputs: z.array(artifactRecordSchema),
});
/** See {@link runDetailSchema}. */
export type RunDetail = z.infer<typeof runDetailSchema>;

/** One point of a metric's curve. */
export const metricPointSchema = z.object({ name: z.string(), step: z.int(), value: z.number() });
/** See {@link metricPointSchema}. */
export type MetricPoint = z.infer<typeof metricPointSchema>;

/** A step of a study, and what became of it. */
const studyStepRecordSchema = z.object({
  id: z.string(),
  title: z.string(),
  kind: runKindSchema,
  /** What tells it from other steps of its kind, the coarsest first, for example `linear`, `seed 0`. */
  variant: z.array(z.string()).optional(),
  dependsOn: z.array(z.string()),
  runId: z.string().nullable(),
  /** `waiting` until its run exists, then the state of the run. */
  state: z.union([runStateSchema, z.literal('waiting')]),
  /** Whether the run was there already when this study asked for it. */
  reused: z.boolean(),
});
/** See {@link studyStepRecordSchema}. */
export type StudyStepRecord = z.infer<typeof studyStepRecordSchema>;

/** What a study would consist of if it were started now. */
export const studyPlanSchema = z.object({
  /** A step is `finished` where an equal run has finished, whose outputs would be used. */
  steps: z.array(studyStepRecordSchema),
  /** What the other steps take together, by what earlier runs of their kind took; null if there are none. */
  estimate: z
    .object({
      milliseconds: z.number(),
      /** How many steps it is for; of the kinds of the others no run has finished yet. */
      stepCount: z.int(),
    })
    .nullable(),
});
/** See {@link studyPlanSchema}. */
export type StudyPlan = z.infer<typeof studyPlanSchema>;

/** A named ordered graph of runs made from a template. */
export const studyRecordSchema = z.object({
  id: z.string(),
  template: z.string(),
  title: z.string(),
  /** Whether it was made from a benchmark, so that it has results as a whole. */
  isBenchmark: z.boolean(),
  state: z.enum(['running', 'finished', 'stopped']),
  /** Why a step could not be submitted; a run's own error is with the run. */
  error: plainErrorSchema.nullable(),
  createdAt: z.int(),
  steps: z.array(studyStepRecordSchema),
});
/** See {@link studyRecordSchema}. */
export type StudyRecord = z.infer<typeof studyRecordSchema>;

/** A study template that can be started. */
export const studyTemplateSummarySchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** How many runs it is made of, as it comes. */
  stepCount: z.int(),
  /** Names of the presets of a benchmark, with what they are. */
  presets: z.array(z.object({ name: z.string(), description: z.string() })),
});
/** See {@link studyTemplateSummarySchema}. */
export type StudyTemplateSummary = z.infer<typeof studyTemplateSummarySchema>;

/** What the page needs to know about the host it talks to. */
export const hostDescriptionSchema = z.object({
  appVersion: z.string(),
  shell: z.enum(['electron', 'browser', 'cli']),
  dataDirectory: z.string(),
  maxWorkers: z.int(),
  runCount: z.int(),
});
/** See {@link hostDescriptionSchema}. */
export type HostDescription = z.infer<typeof hostDescriptionSchema>;

const splitCountsSchema = z.object({ train: z.int(), val: z.int(), test: z.int() });

/** What a dataset holds. */
export const datasetSummarySchema = z.object({
  name: z.string(),
  /** Name of the published dataset that it is; null for one's own. */
  known: z.string().nullable(),
  /** Extremes over all images as stored, in pixels. */
  imageSize: z.object({ minWidth: z.int(), maxWidth: z.int(), minHeight: z.int(), maxHeight: z.int() }),
  /** In the order of the labels, with how many images each has. */
  classes: z.array(z.object({ name: z.string(), counts: splitCountsSchema })),
});
/** See {@link datasetSummarySchema}. */
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** An image of a dataset as it was imported. */
export const datasetImageSchema = z.object({
  /** Its place in the split. */
  index: z.int(),
  /** Its name inside the source. */
  name: z.string(),
  /** Class index. */
  label: z.int(),
  /** A file of whatever format it was imported in. */
  bytes: z.instanceof(Uint8Array),
});
/** See {@link datasetImageSchema}. */
export type DatasetImage = z.infer<typeof datasetImageSchema>;

/** A page of the offline guide. */
export const guidePageSchema = z.object({ name: z.string(), title: z.string() });
/** See {@link guidePageSchema}. */
export type GuidePage = z.infer<typeof guidePageSchema>;

/** One line of `tangent doctor`. */
export const findingSchema = z.object({
  subject: z.string(),
  status: z.enum(['ok', 'warning', 'missing']),
  detail: z.string(),
  advice: z.string().nullable(),
});
/** See {@link findingSchema}. */
export type Finding = z.infer<typeof findingSchema>;
