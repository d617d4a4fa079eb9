import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';
import type { Origin } from '#contract/report';
import type { SpreadKind, TableDocument } from '#contract/table-document';

/** A figure or a table with the runs that it was made of. */
export interface Resolved<T> {
  readonly content: T;
  readonly origins: readonly Origin[];
}

/** A piece of a report with everything that is needed to print it. */
export type ContentItem =
  | {
      readonly kind: 'figure';
      /** Name for files, unique in the report. */
      readonly name: string;
      readonly figure: FigureDocument;
      readonly width: FigureWidth;
      readonly caption: string;
      readonly origins: readonly Origin[];
    }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly table: TableDocument;
      readonly caption: string;
      readonly origins: readonly Origin[];
    }
  | { readonly kind: 'text'; readonly heading: string; readonly paragraphs: readonly string[] }
  /** A figure or table that cannot be made. */
  | { readonly kind: 'gap'; readonly title: string; readonly reason: string; readonly advice: string };

/** A report with all that is printed in it; the same content makes the same bytes. */
export interface ReportContent {
  readonly title: string;
  readonly authors: string;
  /** Day on which the newest of its runs ended, such as 2026-11-28: nothing depends on when it is printed. */
  readonly date: string;
  readonly appVersion: string;
  readonly style: FigureStyle;
  readonly spread: SpreadKind;
  readonly items: readonly ContentItem[];
  /** Every run behind it, with those that made their inputs, in the order of submission. */
  readonly runs: readonly (Origin & {
    readonly kind: string;
    readonly seed: number | null;
    /** Time that it computed, in milliseconds. */
    readonly elapsedMs: number;
  })[];
  /** What the runs were computed with, in words, such as the engine and its version; each line once. */
  readonly environment: readonly string[];
  /** Commands that make the same numbers again from the bundle, in order. */
  readonly commands: readonly string[];
}
