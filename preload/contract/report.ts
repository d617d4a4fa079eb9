import { z } from 'zod';
import { bytesSchema } from './figure';
import { figureStyleSchema, figureWidthSchema } from './figure-style';
import { artifactIdSchema, splitNameSchema } from './specs/common';
import { spreadKindSchema } from './table-document';

const runIds = z.array(z.string().min(1)).min(1).max(200);
const byStudy = { studyId: z.string().min(1) };

/** What a figure is made of; what is not said is taken as its view shows it at first. */
export const figureSourceSchema = z.discriminatedUnion('kind', [
  /** ξ of maps side by side, of one diagonal, or of all pairs. */
  z.object({ kind: z.literal('disentanglement'), runIds }).strict(),
  /** Local energy of every image, as violins: of one kernel, or of a second beside it. */
  z
    .object({
      kind: z.literal('local-energy'),
      runIds,
      /** How many eigenfunctions are kept; null for as many as the run did. */
      rank: z.int().min(1).nullable().default(null),
    })
    .strict(),
  /** Mean local energy against the number of eigenfunctions kept. */
  z.object({ kind: z.literal('local-energy-ranks'), runIds }).strict(),
  /** Singular values of kernels; the chosen output of the model stands out. */
  z.object({ kind: z.literal('spectrum'), runIds, output: z.int().min(0).default(0) }).strict(),
  /** Images on which eigenfunctions are largest and smallest. */
  z
    .object({
      kind: z.literal('eigenfunctions'),
      runId: z.string().min(1),
      output: z.int().min(0).default(0),
      count: z.int().min(1).max(12).default(4),
    })
    .strict(),
  /** A metric of runs against steps. */
  z
    .object({
      kind: z.literal('metric'),
      runIds,
      metric: z.string().min(1),
      isLog: z.boolean().default(false),
    })
    .strict(),
  /** Validation accuracy of one edit against α. */
  z.object({ kind: z.literal('sweep'), runId: z.string().min(1) }).strict(),
  /** A metric of all fine-tunings of a study: a panel for each task, a line for each method, a band over seeds. */
  z.object({ kind: z.literal('training'), ...byStudy, metric: z.string().min(1).default('loss') }).strict(),
  /** Single-task accuracy in f against that in the expansion, with the diagonal (Figs. 2 and 5 of arXiv 2305.12827). */
  z.object({ kind: z.literal('advantage'), ...byStudy, against: z.enum(['posthoc', 'linear']) }).strict(),
  /** Validation accuracy against α, averaged over tasks, with a band over seeds. */
  z.object({ kind: z.literal('alpha'), ...byStudy, edit: z.enum(['addition', 'negation']) }).strict(),
  /** Test accuracy on every task, as grouped bars over methods with error bars. */
  z
    .object({
      kind: z.literal('accuracies'),
      ...byStudy,
      quantity: z.enum(['single-task', 'added', 'negated-target', 'negated-control', 'random-init']),
    })
    .strict(),
  /** Images of a dataset. */
  z
    .object({
      kind: z.literal('images'),
      datasetId: artifactIdSchema,
      split: splitNameSchema.default('test'),
      /** How many of each class. */
      perClass: z.int().min(1).max(20).default(4),
    })
    .strict(),
]);
/** See {@link figureSourceSchema}. */
export type FigureSource = z.infer<typeof figureSourceSchema>;

/** What a table is made of. */
export const tableSourceSchema = z.discriminatedUnion('kind', [
  /** A table of a benchmark by its id, such as `addition`. */
  z
    .object({
      kind: z.literal('benchmark'),
      ...byStudy,
      table: z.string().min(1),
      /** Model of the paper whose published numbers stand beside it; null for none unless model and tasks are the same. */
      published: z.string().nullable().default(null),
    })
    .strict(),
  /** What one run has measured, task by task. */
  z.object({ kind: z.literal('run'), runId: z.string().min(1) }).strict(),
  /** Settings in which runs differ, and what they have measured. */
  z.object({ kind: z.literal('comparison'), runIds }).strict(),
]);
/** See {@link tableSourceSchema}. */
export type TableSource = z.infer<typeof tableSourceSchema>;

/** A piece of a report; what is null is taken from the piece itself. */
export const reportItemSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('figure'),
      id: z.string().min(1),
      source: figureSourceSchema,
      width: figureWidthSchema,
      caption: z.string().max(5000).nullable(),
    })
    .strict(),
  z
    .object({
      kind: z.literal('table'),
      id: z.string().min(1),
      source: tableSourceSchema,
      caption: z.string().max(5000).nullable(),
    })
    .strict(),
  z
    .object({
      kind: z.literal('text'),
      id: z.string().min(1),
      /** A heading; empty for none. */
      heading: z.string().max(300),
      /** Plain text; an empty line begins a paragraph. */
      text: z.string().max(50_000),
    })
    .strict(),
]);
/** See {@link reportItemSchema}. */
export type ReportItem = z.infer<typeof reportItemSchema>;

/** A report as people arrange it: what is in it, in which order, and how it looks. */
export const reportDocumentSchema = z
  .object({
    format: z.literal('tangent-report/1'),
    title: z.string().min(1).max(500),
    /** As they shall be printed; empty for none. */
    authors: z.string().max(1000),
    /** What it is about: a study, or runs. */
    subject: z.union([z.object({ ...byStudy }).strict(), z.object({ runIds }).strict()]),
    style: figureStyleSchema,
    /** What stands behind ± in tables, and in which width bands and error bars are drawn. */
    spread: spreadKindSchema,
    items: z
      .array(reportItemSchema)
      .max(300)
      .refine((items) => new Set(items.map(({ id }) => id)).size === items.length, 'must not repeat an id'),
  })
  .strict();
/** See {@link reportDocumentSchema}. */
export type ReportDocument = z.infer<typeof reportDocumentSchema>;

/** A report in the catalog. */
export const storedReportSchema = z.object({
  id: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
  document: reportDocumentSchema,
});
/** See {@link storedReportSchema}. */
export type StoredReport = z.infer<typeof storedReportSchema>;

/** In which formats a figure is written. */
export const figureFormatSchema = z.enum(['svg', 'pdf', 'pgfplots', 'csv']);
/** See {@link figureFormatSchema}. */
export type FigureFormat = z.infer<typeof figureFormatSchema>;

/** In which formats a table is written. */
export const tableFormatSchema = z.enum(['latex', 'markdown', 'csv', 'html', 'text']);
/** See {@link tableFormatSchema}. */
export type TableFormat = z.infer<typeof tableFormatSchema>;

/** A file that the host has made. */
export const madeFileSchema = z.object({
  /** Without a folder. */
  name: z.string(),
  mediaType: z.string(),
  bytes: bytesSchema,
});
/** See {@link madeFileSchema}. */
export type MadeFile = z.infer<typeof madeFileSchema>;

/** A run that a figure or table is made of. */
export const originSchema = z.object({ runId: z.string(), specHash: z.string(), title: z.string() });
/** See {@link originSchema}. */
export type Origin = z.infer<typeof originSchema>;

/** A figure or table that cannot be made; `reason` says why, and `advice` what to do. */
export const reportGapSchema = z.object({ title: z.string(), reason: z.string(), advice: z.string() });
/** See {@link reportGapSchema}. */
export type ReportGap = z.infer<typeof reportGapSchema>;

/** A piece of a report as it will be seen. */
export const reportPreviewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('figure'),
    title: z.string(),
    /** As the piece itself has it. */
    caption: z.string(),
    svg: z.string(),
    origins: z.array(originSchema),
  }),
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    caption: z.string(),
    /** A `table` element. */
    html: z.string(),
    /** What stands behind ± and over how many seeds, which is printed behind the caption; empty for nothing. */
    spread: z.string(),
    origins: z.array(originSchema),
  }),
  reportGapSchema.extend({ kind: z.literal('gap') }),
]);
/** See {@link reportPreviewSchema}. */
export type ReportPreview = z.infer<typeof reportPreviewSchema>;
