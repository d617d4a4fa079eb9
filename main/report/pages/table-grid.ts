import {
  printNumber,
  printPublished,
  type SpreadKind,
  type TableCell,
  type TableColumn,
  type TableDocument,
} from '#contract/table-document';
import { isBestCell } from '../tables/best-cell';
import { isTextColumn } from '../tables/is-text-column';

/** What is printed in a cell. */
export type GridCell =
  /** Words, which begin at the left and may take several lines. */
  | { readonly kind: 'words'; readonly text: string }
  /** A number, which stands below others at its decimal point. */
  | {
      readonly kind: 'number';
      /** The number itself, and raised marks and further numbers behind it. */
      readonly pieces: readonly { readonly text: string; readonly isRaised: boolean }[];
      readonly isBold: boolean;
      /** What stands behind ±. */
      readonly width: string | null;
    }
  | { readonly kind: 'nothing' };

/** A table as it is printed, before anything has a place. */
export interface TableGrid {
  readonly rowHead: string;
  readonly columns: readonly (TableColumn & { readonly isText: boolean })[];
  readonly rows: readonly {
    readonly head: string;
    readonly cells: readonly GridCell[];
    /** Whether it is set off from the row above, as averages are. */
    readonly isApart: boolean;
  }[];
}

/**
 * Says what is printed in each cell of a table.
 *
 * @param spread what stands behind ±
 */
export function makeGrid(table: TableDocument, spread: SpreadKind): TableGrid {
  const taskOf = (r: number) => table.rows[r].subject.task;
  return {
    rowHead: table.rowHead,
    columns: table.columns.map((column, c) => ({ ...column, isText: isTextColumn(table, c) })),
    rows: table.rows.map((row, r) => ({
      head: row.head,
      cells: row.cells.map((cell, c) => describeCell(cell, spread, isBestCell(table, row, c))),
      isApart: r > 0 && taskOf(r) === null && typeof taskOf(r - 1) === 'string',
    })),
  };
}

/** Takes some of the columns of a grid. */
export function selectColumns(grid: TableGrid, first: number, last: number): TableGrid {
  return {
    ...grid,
    columns: grid.columns.slice(first, last + 1),
    rows: grid.rows.map((row) => ({ ...row, cells: row.cells.slice(first, last + 1) })),
  };
}

/** A text that is a number, as tables have for α that is fixed. */
const numeric = /^-?\d+(\.\d+)?$/;

function describeCell(cell: TableCell, spread: SpreadKind, isBold: boolean): GridCell {
  switch (cell.kind) {
    case 'text':
      if (!numeric.test(cell.text)) return { kind: 'words', text: cell.text };
      return { kind: 'number', pieces: [plain(cell.text)], isBold, width: null };
    case 'empty':
      return { kind: 'nothing' };
    case 'reference':
      return {
        kind: 'number',
        pieces: cell.values.flatMap((found, v) => [
          plain(`${v > 0 ? ', ' : ''}${printPublished(found)}`),
          { text: `${found.confirmed ? '' : '†'}${found.footnote}`, isRaised: true },
        ]),
        isBold,
        width: null,
      };
    case 'number': {
      const { value, width } = printNumber(cell, spread);
      return { kind: 'number', pieces: [plain(value.replace(/^-/, '−'))], isBold, width };
    }
  }
}

function plain(text: string): { text: string; isRaised: boolean } {
  return { text, isRaised: false };
}
