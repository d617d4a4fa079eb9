import { z } from 'zod';
import {
  artifactRecordSchema,
  datasetImageSchema,
  datasetSummarySchema,
  findingSchema,
  guidePageSchema,
  hostDescriptionSchema,
  libraryEntrySchema,
  metricPointSchema,
  runDetailSchema,
  runEstimateSchema,
  runStateSchema,
  runSummarySchema,
  studyRecordSchema,
  studyTemplateSummarySchema,
  tagSchema,
} from './records';
import { artifactKindSchema, runEventSchema } from './events';
import { datasetPromptsSchema, knownDatasetSchema } from './known-dataset';
import { engineChoiceSchema, engineReportSchema, installRequestSchema, installStateSchema } from './engines';
import { artifactIdSchema, splitNameSchema } from './specs/common';
import {
  cleaningPlanSchema,
  cleaningResultSchema,
  leftoverGroupSchema,
  storageReportSchema,
  verificationStateSchema,
} from './storage';
import { runKindSchema, runSpecSchema } from './specs/index';
import { labItemSchema, labSpecSchema, labTopicSchema } from './lab';
import { referenceNumbersSchema } from './reference-numbers';
import { benchmarkReportSchema } from './benchmark-report';
import {
  benchmarkCheckSchema,
  benchmarkChoicesSchema,
  studyGraphSchema,
  studyTemplateSchema,
} from './study-template';
import { bytesSchema } from './figure';
import { folderListingSchema } from './folder-listing';
import { figureStyleSchema, figureWidthSchema } from './figure-style';
import {
  figureFormatSchema,
  figureSourceSchema,
  madeFileSchema,
  reportDocumentSchema,
  reportGapSchema,
  reportItemSchema,
  reportPreviewSchema,
  storedReportSchema,
  tableFormatSchema,
  tableSourceSchema,
} from './report';
import { spreadKindSchema } from './table-document';

interface Procedure<T extends 'query' | 'mutation' | 'subscription'> {
  readonly type: T;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

const nothing = z.undefined();
/** The answer of what only begins or stops something. */
const noAnswer = z.void();
/** A study by name or as a whole, and what is chosen for it. */
const studyRequest = z.union([
  z.object({ template: z.string(), choices: benchmarkChoicesSchema.prefault({}) }).strict(),
  z.object({ definition: studyTemplateSchema, choices: benchmarkChoicesSchema.prefault({}) }).strict(),
]);
const byRun = z.object({ runId: z.string().min(1) });

/**
 * Everything a window, a command line or another program can ask of the host: the one list from
 * which the host's router and the typed client are both made. A subscription's output is one item.
 * Ids may be abbreviated to a unique beginning.
 */
export const hostApi = {
  'host.describe': { type: 'query', input: nothing, output: hostDescriptionSchema },
  /** The pages of the guide, in the order in which they are read. */
  'guide.pages': { type: 'query', input: nothing, output: z.array(guidePageSchema) },
  /** A page of the guide, as Markdown. */
  'guide.page': { type: 'query', input: z.object({ name: z.string() }), output: z.string() },
  /** A picture of the guide as PNG, by its file's name without folder and extension; for a dark page its dark one, if there is one. */
  'guide.image': {
    type: 'query',
    input: z.object({ name: z.string(), theme: z.enum(['light', 'dark']) }),
    output: z.instanceof(Uint8Array),
  },
  /** Whether there is room for what runs write; the doctor says it too, with all the rest. */
  'host.disk': { type: 'query', input: nothing, output: findingSchema },
  'host.doctor': { type: 'query', input: nothing, output: z.array(findingSchema) },

  /** The engines of this machine; starts them for a try, which takes a second or two. */
  'engines.list': { type: 'query', input: nothing, output: engineReportSchema },
  /** Says what `auto` means from the next run on. */
  'engines.choose': {
    type: 'mutation',
    input: z.object({ choice: engineChoiceSchema }),
    output: engineChoiceSchema,
  },
  /** Begins to install a native engine; `engines.installation` says how it goes. */
  'engines.install': { type: 'mutation', input: installRequestSchema, output: noAnswer },
  /** Stops the installation; what has been fetched is kept. */
  'engines.stopInstall': { type: 'mutation', input: nothing, output: noAnswer },
  /** How the last installation stands; ends when it is not under way. */
  'engines.installation': { type: 'subscription', input: nothing, output: installStateSchema },

  /** How large the data directory is. */
  'storage.measure': { type: 'query', input: nothing, output: storageReportSchema },
  /** Begins to compare every artifact with its SHA-256; `storage.verification` says how it goes. */
  'storage.verify': { type: 'mutation', input: nothing, output: noAnswer },
  'storage.stopVerify': { type: 'mutation', input: nothing, output: noAnswer },
  /** How the last verification stands; ends when it is not under way. */
  'storage.verification': { type: 'subscription', input: nothing, output: verificationStateSchema },
  /** What can be removed without losing a result; removes nothing. */
  'storage.planCleaning': { type: 'query', input: nothing, output: cleaningPlanSchema },
  /** Removes groups of the newest plan; what has come into use since it was made is left. */
  'storage.clean': {
    type: 'mutation',
    input: z.object({ plan: z.string().min(1), groups: z.array(leftoverGroupSchema).min(1) }),
    output: cleaningResultSchema,
  },

  /** Newest first. */
  'runs.list': {
    type: 'query',
    input: z.object({
      states: z.array(runStateSchema).optional(),
      kinds: z.array(runKindSchema).optional(),
      /** Words in title, kind, id, state, tags and note; see `parseRunSearch`. */
      text: z.string().optional(),
      limit: z.int().min(1).max(1000).default(200),
      /** How many of the newest to leave out. */
      offset: z.int().min(0).default(0),
    }),
    output: z.array(runSummarySchema),
  },
  /** How many runs are in each state, of those that a text finds. */
  'runs.counts': {
    type: 'query',
    input: z.object({ text: z.string().default('') }),
    output: z.record(runStateSchema, z.int()),
  },
  'runs.get': { type: 'query', input: byRun, output: runDetailSchema },
  /** All points of all metrics, by name and then step. */
  'runs.metrics': { type: 'query', input: byRun, output: z.array(metricPointSchema) },
  /** Queues a run and returns it; `reuse` returns a finished run of the same spec instead, if there is one. */
  'runs.submit': {
    type: 'mutation',
    input: z.object({ spec: runSpecSchema, reuse: z.boolean().default(false) }),
    output: runSummarySchema,
  },
  /** What a run of a specification will take; starts nothing. */
  'runs.estimate': { type: 'query', input: z.object({ spec: runSpecSchema }), output: runEstimateSchema },
  /** Puts tags on runs or takes them off, and writes a note on them; what is left out stays as it is. */
  'runs.annotate': {
    type: 'mutation',
    input: z.object({
      runIds: z.array(z.string().min(1)).min(1).max(1000),
      addTags: z.array(tagSchema).default([]),
      removeTags: z.array(tagSchema).default([]),
      note: z.string().max(10_000).optional(),
    }),
    output: z.array(runSummarySchema),
  },
  /** Queued runs in the order in which they will be started. */
  'runs.queue': { type: 'query', input: nothing, output: z.array(runSummarySchema) },
  /** Moves a queued run before another one, or to the end of the queue; returns the queue. */
  'runs.move': {
    type: 'mutation',
    input: byRun.extend({ before: z.string().min(1).nullable() }),
    output: z.array(runSummarySchema),
  },
  'runs.cancel': { type: 'mutation', input: byRun, output: runSummarySchema },
  'runs.resume': { type: 'mutation', input: byRun, output: runSummarySchema },
  /** Every stored event after `after`, then every new one; ends after the run's end event. */
  'runs.events': {
    type: 'subscription',
    input: byRun.extend({ after: z.int().min(0).default(0) }),
    output: runEventSchema,
  },
  /** A run's summary whenever it changes, at most a few times a second per run. */
  'runs.changes': { type: 'subscription', input: nothing, output: runSummarySchema },

  /**
   * How good an edited model is at given coefficients, or which predictions it changes: a lab that holds models and images answers, at once in the
   * tangent modes. Says how far it is until then; ending the subscription takes the question back.
   */
  'lab.ask': {
    type: 'subscription',
    input: z.object({
      spec: labSpecSchema,
      scalingCoefs: z.array(z.number()).min(1),
      about: labTopicSchema.default('accuracies'),
    }),
    output: labItemSchema,
  },

  /**
   * The local energy of every image, task first, with any number of eigenfunctions kept: the mean over the outputs.
   * From what the run of the kernel has stored.
   */
  'kernels.localEnergy': {
    type: 'query',
    input: z.object({ spectrumId: artifactIdSchema, rank: z.int().min(1) }),
    output: z.object({ perImage: z.instanceof(Float64Array) }),
  },

  /** Artifacts of some kinds that runs have made, the newest first, with the run that first made each. */
  'artifacts.list': {
    type: 'query',
    input: z.object({
      kinds: z.array(artifactKindSchema).min(1),
      /** Words that must all be in the label, whatever their case. */
      text: z.string().default(''),
      limit: z.int().min(1).max(1000).default(200),
      /** Artifacts listed behind this one, for paging. */
      after: artifactIdSchema.optional(),
    }),
    output: z.array(libraryEntrySchema),
  },
  'artifacts.get': {
    type: 'query',
    input: z.object({ id: z.string().min(4) }),
    output: artifactRecordSchema.extend({ madeBy: z.string().nullable() }),
  },
  /** Content of a JSON artifact (evaluation, addition, import report, dataset). */
  'artifacts.json': { type: 'query', input: z.object({ id: artifactIdSchema }), output: z.unknown() },

  /** Digest of what an image folder or a file holds now, as import specs carry it. */
  'sources.fingerprint': {
    type: 'query',
    input: z.object({ path: z.string().min(1) }),
    output: z.object({
      path: z.string(),
      isFolder: z.boolean(),
      fingerprint: z.string(),
      fileCount: z.int(),
    }),
  },
  /**
   * What a folder of the host's machine holds; null for where people keep their files. A path that is not
   * absolute begins there, and that of a file gives its folder.
   */
  'files.list': {
    type: 'query',
    input: z.object({ path: z.string().min(1).nullable(), hidden: z.boolean().default(false) }),
    output: folderListingSchema,
  },

  /** What a dataset holds: classes, and how many images each has in each split. */
  'datasets.summary': {
    type: 'query',
    input: z.object({ datasetId: artifactIdSchema }),
    output: datasetSummarySchema,
  },
  /** Images of a split: those at some places, or the first ones of a class. */
  'datasets.images': {
    type: 'query',
    input: z.object({
      datasetId: artifactIdSchema,
      split: splitNameSchema,
      choice: z.union([
        z.object({ indices: z.array(z.int().min(0)).max(500) }).strict(),
        z.object({ label: z.int().min(0).nullable(), limit: z.int().min(1).max(500) }).strict(),
      ]),
    }),
    output: z.array(datasetImageSchema),
  },
  /** The published datasets that the program knows, in the order of the suites. */
  'datasets.known': { type: 'query', input: nothing, output: z.array(knownDatasetSchema) },
  /**
   * The prompts for the zero-shot head of a dataset; `templates` names another list than its own. Whoever
   * `hasNames` of their own gets those of the classes as they are, and no error about them.
   */
  'datasets.prompts': {
    type: 'query',
    input: z.object({
      datasetId: artifactIdSchema,
      templates: z.string().nullable().default(null),
      hasNames: z.boolean().default(false),
    }),
    output: datasetPromptsSchema,
  },

  'studies.templates': { type: 'query', input: nothing, output: z.array(studyTemplateSummarySchema) },
  'studies.list': { type: 'query', input: nothing, output: z.array(studyRecordSchema) },
  'studies.get': { type: 'query', input: z.object({ studyId: z.string() }), output: studyRecordSchema },
  /** The definition of a study that comes with the program, to be changed and run. */
  'studies.template': {
    type: 'query',
    input: z.object({ template: z.string() }),
    output: studyTemplateSchema,
  },
  /** The graph of runs that a study was started with: another program can run it as it is. */
  'studies.definition': {
    type: 'query',
    input: z.object({ studyId: z.string() }),
    output: studyGraphSchema,
  },
  /** What a study needs, whether it is there, and which of its runs are still to be done; starts nothing. */
  'studies.check': { type: 'query', input: studyRequest, output: benchmarkCheckSchema },
  /** Starts a study, one that comes with the program or a definition of one's own, or continues it where it stopped. */
  'studies.run': { type: 'mutation', input: studyRequest, output: studyRecordSchema },
  /** The published numbers that results are compared with. */
  'reference.get': { type: 'query', input: nothing, output: referenceNumbersSchema },
  /** Replaces them by the user's own; null brings back those of the program. */
  'reference.set': {
    type: 'mutation',
    input: z.object({ numbers: referenceNumbersSchema.nullable() }),
    output: referenceNumbersSchema,
  },
  /** Result files of the reference implementation, by file name, made of one seed of a benchmark. */
  'studies.referenceFiles': {
    type: 'query',
    input: z.object({ studyId: z.string(), seed: z.int().nullable().default(null) }),
    output: z.record(z.string(), z.string()),
  },
  /**
   * What a benchmark has measured, as a file: one accuracy on each line, all of it as JSON, or the files of the
   * reference implementation of one seed (the first unless told) in a ZIP archive.
   */
  'studies.resultFile': {
    type: 'query',
    input: z.object({
      studyId: z.string(),
      format: z.enum(['csv', 'json', 'reference']),
      seed: z.int().nullable().default(null),
    }),
    output: madeFileSchema,
  },
  /** What result files of the reference implementation say, by file name. */
  'reference.report': {
    type: 'query',
    input: z.object({ files: z.record(z.string(), z.string()), title: z.string(), model: z.string() }),
    output: benchmarkReportSchema,
  },
  /** Continues a study where it stopped, with what was chosen for it at first. */
  'studies.continue': {
    type: 'mutation',
    input: z.object({ studyId: z.string() }),
    output: studyRecordSchema,
  },
  /** Cancels the runs of a study that are under way and begins no more; it can be continued. */
  'studies.stop': {
    type: 'mutation',
    input: z.object({ studyId: z.string() }),
    output: studyRecordSchema,
  },
  /** What the runs of a benchmark have measured so far, with spreads and a reviewer's remarks. */
  'studies.results': {
    type: 'query',
    input: z.object({ studyId: z.string() }),
    output: benchmarkReportSchema,
  },
  /** A figure as a file. */
  'figures.draw': {
    type: 'query',
    input: z.object({
      source: figureSourceSchema,
      format: figureFormatSchema,
      style: figureStyleSchema.prefault({}),
      width: figureWidthSchema.default('single'),
      spread: spreadKindSchema.default('deviation'),
    }),
    output: madeFileSchema,
  },
  /** A table as a file. */
  'tables.write': {
    type: 'query',
    input: z.object({
      source: tableSourceSchema,
      format: tableFormatSchema,
      spread: spreadKindSchema.default('deviation'),
    }),
    output: madeFileSchema,
  },

  /** The report that has everything there is to show of a study or of runs, to be changed. */
  'reports.suggest': {
    type: 'query',
    input: z.object({ subject: reportDocumentSchema.shape.subject }),
    output: reportDocumentSchema,
  },
  /** Saved reports, the one that was changed last first. */
  'reports.list': { type: 'query', input: nothing, output: z.array(storedReportSchema) },
  'reports.get': {
    type: 'query',
    input: z.object({ reportId: z.string().min(1) }),
    output: storedReportSchema,
  },
  /** Saves a report: a new one, or in the place of an earlier state. */
  'reports.save': {
    type: 'mutation',
    input: z.object({ reportId: z.string().min(1).nullable(), document: reportDocumentSchema }),
    output: storedReportSchema,
  },
  'reports.remove': { type: 'mutation', input: z.object({ reportId: z.string().min(1) }), output: noAnswer },
  /** A figure or table of a report as it will be seen. */
  'reports.preview': {
    type: 'query',
    input: z.object({ item: reportItemSchema, style: figureStyleSchema, spread: spreadKindSchema }),
    output: reportPreviewSchema,
  },
  /** All files of a report, with figures, tables, data and specifications; and what is missing in it. */
  'reports.files': {
    type: 'query',
    input: z.object({ document: reportDocumentSchema }),
    output: z.object({
      /** By path, with `/` between names. */
      files: z.array(z.object({ path: z.string(), bytes: bytesSchema })),
      gaps: z.array(reportGapSchema),
    }),
  },
  /** The same files as a ZIP archive. */
  'reports.bundle': {
    type: 'query',
    input: z.object({ document: reportDocumentSchema }),
    output: madeFileSchema,
  },

  /** The study whenever it changes; ends when it finishes or stops. */
  'studies.changes': {
    type: 'subscription',
    input: z.object({ studyId: z.string() }),
    output: studyRecordSchema,
  },
} as const satisfies Record<string, Procedure<'query' | 'mutation' | 'subscription'>>;

/** See {@link hostApi}. */
export type HostApi = typeof hostApi;

type PathOfType<T> = {
  [P in keyof HostApi]: HostApi[P]['type'] extends T ? P : never;
}[keyof HostApi];

/** Procedures that read. */
export type QueryPath = PathOfType<'query'>;
/** Procedures that change something. */
export type MutationPath = PathOfType<'mutation'>;
/** Procedures that deliver items until they end or are stopped. */
export type SubscriptionPath = PathOfType<'subscription'>;

/** What a caller passes; fields with defaults may be left out. */
export type ApiInput<P extends keyof HostApi> = z.input<HostApi[P]['input']>;
/** What a handler receives; defaults are filled in. */
export type ApiRequest<P extends keyof HostApi> = z.output<HostApi[P]['input']>;
/** What comes back, or one item of a subscription. */
export type ApiOutput<P extends keyof HostApi> = z.output<HostApi[P]['output']>;

/** What a subscriber wants to hear. */
export interface SubscriptionHandlers<T> {
  readonly onData: (item: T) => void;
  readonly onError: (error: Error) => void;
  readonly onComplete?: () => void;
}

/** The typed client of {@link hostApi}, whatever carries the messages. */
export interface HostClient {
  query<P extends QueryPath>(path: P, input: ApiInput<P>): Promise<ApiOutput<P>>;
  mutate<P extends MutationPath>(path: P, input: ApiInput<P>): Promise<ApiOutput<P>>;
  /** Returns the function that ends the subscription. */
  subscribe<P extends SubscriptionPath>(
    path: P,
    input: ApiInput<P>,
    handlers: SubscriptionHandlers<ApiOutput<P>>,
  ): () => void;
  close(): void;
}
