import { AppError, toPlainError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureWidth } from '#contract/figure-style';
import { nameOfPiece } from '#contract/piece-name';
import type { ReportItem } from '#contract/report';
import type { SpreadKind, TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import type { ReportSources } from './report-sources';
import { resolveFigure } from './resolve-figure';
import { resolveTable } from './resolve-table';

/** A figure or table of a report, or why there is none. */
export type ResolvedItem =
  | ({ readonly kind: 'figure'; readonly width: FigureWidth } & Resolved<FigureDocument>)
  | ({ readonly kind: 'table' } & Resolved<TableDocument>)
  | { readonly kind: 'gap'; readonly title: string; readonly reason: string; readonly advice: string };

/**
 * Makes a figure or table of a report; one that cannot be made becomes a gap that says why, and the rest of the report
 * is there all the same.
 *
 * @param spread in which width bands and error bars are drawn
 */
export async function resolveItem(
  item: Exclude<ReportItem, { kind: 'text' }>,
  spread: SpreadKind,
  sources: ReportSources,
): Promise<ResolvedItem> {
  try {
    return item.kind === 'figure'
      ? { kind: 'figure', width: item.width, ...(await resolveFigure(item.source, spread, sources)) }
      : { kind: 'table', ...(await resolveTable(item.source, sources)) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message, advice } = toPlainError(error);
    return { kind: 'gap', title: nameOfPiece(item), reason: message, advice };
  }
}
