import type { TableDocument } from '#contract/table-document';

/** How the table of a run is named. */
export type RunTableNames = Pick<TableDocument, 'id' | 'title'>;
