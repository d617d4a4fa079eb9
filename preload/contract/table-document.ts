import { z } from 'zod';
import { evaluationModeSchema } from './specs/common';

/** Which results a reference value or a row of a table is about. */
export const quantitySchema = z.enum(['addition', 'negation', 'randomInit', 'singleTask', 'zeroShot']);

/** Which number of a quantity; `singleTask` and `added` belong to the random initialisation. */
export const measureSchema = z.enum(['absolute', 'normalized', 'target', 'control', 'singleTask', 'added']);
/** See {@link measureSchema}. */
export type Measure = z.infer<typeof measureSchema>;

/** A method of the paper; `pretrained` for α = 0, `chance` for guessing. */
export const tableMethodSchema = z.enum([...evaluationModeSchema.options, 'pretrained', 'chance']);
/** How α was set: on validation data, to 1, or to 0.3 as FusionBench does; null where there is no choice. */
export const scalingRuleSchema = z.enum(['tuned', 'one', 'fixed-0.3']).nullable();

/** What a number is about, as far as its table, row or column says; the three are taken together. */
export const subjectSchema = z
  .object({
    quantity: quantitySchema,
    method: tableMethodSchema,
    scalingRule: scalingRuleSchema,
    /** Name of a task; null for the average over tasks. */
    task: z.string().nullable(),
  })
  .partial();
/** See {@link subjectSchema}. */
export type Subject = z.infer<typeof subjectSchema>;

/** Where a published number is from: the paper itself, or others who ran its experiments again. */
export const referenceWorkSchema = z.enum(['paper', 're-run']);
/** See {@link referenceWorkSchema}. */
export type ReferenceWork = z.infer<typeof referenceWorkSchema>;

/**
 * `percent`: 100 × a fraction; `points`: 100 × a difference of fractions; `coefficient`: an α or a ratio; `plain`: ξ
 * or a local energy; `count`: how many; `metric`: of any size, as a run has reported it.
 */
const unitSchema = z.enum(['percent', 'points', 'coefficient', 'plain', 'count', 'metric']);

/** One cell: text, a number with its spread over seeds, published numbers, or nothing. */
export const tableCellSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('number'),
    /** The mean over seeds, in its unit. */
    value: z.number(),
    unit: unitSchema,
    /** n, seeds; 0 for a number that no seed has a part in. */
    count: z.int().min(0),
    /** Sample deviation and half width of the 95 % interval, in the same unit; null for fewer than two seeds. */
    deviation: z.number().nullable(),
    interval: z.number().nullable(),
    /** The value of every seed, in the same unit. */
    values: z.array(z.number()),
  }),
  z.object({
    kind: z.literal('reference'),
    values: z.array(
      z.object({
        /** In percent. */
        value: z.number(),
        confirmed: z.boolean(),
        /** Number of its source among the table's footnotes, from 1. */
        footnote: z.int().min(1),
      }),
    ),
  }),
  z.object({ kind: z.literal('empty') }),
]);
/** See {@link tableCellSchema}. */
export type TableCell = z.infer<typeof tableCellSchema>;
/** A cell with a number of ours. */
export type NumberCell = Extract<TableCell, { kind: 'number' }>;

/** A column after the first, which names the rows. */
export const tableColumnSchema = z.object({
  head: z.string(),
  /** What its numbers are; null where they are no accuracies. */
  measure: measureSchema.nullable(),
  /** Columns of one group belong together, for example a method's absolute and normalised accuracy. */
  group: z.string(),
  subject: subjectSchema,
});
/** See {@link tableColumnSchema}. */
export type TableColumn = z.infer<typeof tableColumnSchema>;

/** A table as plain data, for text, pages and papers alike. */
export const tableDocumentSchema = z.object({
  /** Name for files, such as `addition`. */
  id: z.string(),
  title: z.string(),
  /** What its numbers are. */
  caption: z.string(),
  subject: subjectSchema,
  /** Head of the first column. */
  rowHead: z.string(),
  columns: z.array(tableColumnSchema),
  rows: z.array(z.object({ head: z.string(), subject: subjectSchema, cells: z.array(tableCellSchema) })),
  /** Numbered from 1: the sources of published numbers. */
  footnotes: z.array(z.string()),
});
/** See {@link tableDocumentSchema}. */
export type TableDocument = z.infer<typeof tableDocumentSchema>;

/** What the number in a cell is about: what table, column and row say, taken together. */
export function cellSubject(
  table: Pick<TableDocument, 'subject'>,
  column: Pick<TableColumn, 'subject'>,
  row: Pick<TableDocument['rows'][number], 'subject'>,
): Subject {
  return { ...table.subject, ...column.subject, ...row.subject };
}

/** Which spread is printed behind ±: half the 95 % interval of the mean, or the sample deviation. */
export const spreadKindSchema = z.enum(['interval', 'deviation']);
/** See {@link spreadKindSchema}. */
export type SpreadKind = z.infer<typeof spreadKindSchema>;

const fixedDecimals = { percent: 1, points: 1, coefficient: 2, plain: 3, count: 0 } as const;
/** Decimals that a metric has at most: what is smaller is printed as nothing. */
const MOST_DECIMALS = 10;

/** Decimals that a number is printed with: those of its unit, or as many as give a metric four significant digits. */
function decimalsOf({ unit, value }: Pick<NumberCell, 'unit' | 'value'>): number {
  if (unit !== 'metric') return fixedDecimals[unit];
  const digits = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  return Math.min(Math.max(4 - digits, 0), MOST_DECIMALS);
}

/**
 * Prints a number of ours and what stands behind ± with the same decimals, as every format has them.
 *
 * @returns `width` is null for fewer than two seeds
 */
export function printNumber(
  cell: Pick<NumberCell, 'value' | 'unit' | SpreadKind>,
  spread: SpreadKind,
): { readonly value: string; readonly width: string | null } {
  const decimals = decimalsOf(cell);
  const width = cell[spread];
  return {
    // What rounds to nothing has no sign.
    value: cell.value.toFixed(decimals).replace(/^-(?=[0.]*$)/, ''),
    width: width === null ? null : width.toFixed(decimals),
  };
}

/** Prints a published number, in percent. */
export function printPublished({ value }: { readonly value: number }): string {
  return value.toFixed(1);
}

/**
 * Writes a cell as text: `77.5 ± 0.4`, `0.35`, `71.4† [1]`, or `–` for nothing; † marks published numbers that were
 * not confirmed.
 */
export function formatCell(cell: TableCell, spread: SpreadKind = 'interval'): string {
  switch (cell.kind) {
    case 'text':
      return cell.text;
    case 'empty':
      return '–';
    case 'reference':
      return cell.values
        .map((found) => `${printPublished(found)}${found.confirmed ? '' : '†'} [${found.footnote}]`)
        .join(', ');
    case 'number': {
      const { value, width } = printNumber(cell, spread);
      return width === null ? value : `${value} ± ${width}`;
    }
  }
}

/** Says in one sentence what stands behind ±, and over how many seeds; empty if the table has no numbers over seeds. */
export function describeSpread(table: TableDocument, spread: SpreadKind = 'interval'): string {
  const counts = table.rows
    .flatMap(({ cells }) => cells)
    .flatMap((cell) => (cell.kind === 'number' && cell.count > 0 ? [cell.count] : []));
  if (counts.length === 0) return '';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return 'One seed: no spread.';
  const seeds = least === most ? `${most} seeds` : `${least} to ${most} seeds`;
  return spread === 'interval'
    ? `Mean over ${seeds}; ± is half the 95 % interval of the mean by Student’s t.`
    : `Mean over ${seeds}; ± is the sample standard deviation.`;
}
