import type { TableFormat } from '#contract/report';

/** Ending and media type of the files that tables are written to. */
export const tableFiles: Readonly<
  Record<TableFormat, { readonly ending: string; readonly mediaType: string }>
> = {
  latex: { ending: 'tex', mediaType: 'application/x-tex' },
  markdown: { ending: 'md', mediaType: 'text/markdown' },
  csv: { ending: 'csv', mediaType: 'text/csv' },
  html: { ending: 'html', mediaType: 'text/html' },
  text: { ending: 'txt', mediaType: 'text/plain' },
};
