import { tableFormatSchema } from '#contract/report';
import { writePdf } from '../drawing/write-pdf';
import { writeSvg } from '../drawing/write-svg';
import { writeFigureCsv } from '../figures/write-figure-csv';
import { writePgfplots } from '../latex/pgfplots/write-pgfplots';
import { writeLatexTable } from '../latex/write-latex-table';
import type { ReportContent } from '../report-content';
import { tableFiles } from '../tables/table-files';
import { writeTable } from '../tables/write-table';
import type { Files } from './bundle-contents';

/** Writes every figure of a report by itself: as SVG, as PDF, for LaTeX with the images it includes, and its data. */
export async function writeFigureFiles({ items, style }: ReportContent): Promise<Files> {
  const files: [string, string | Uint8Array][] = [];
  for (const item of items) {
    if (item.kind !== 'figure') continue;
    const { name, width } = item;
    // Files that belong to a figure are named after it.
    const figure = { ...item.figure, id: name };
    const { tex, images } = writePgfplots(figure, style, width);
    files.push(
      [`figures/${name}.svg`, writeSvg(figure, style, width)],
      [`figures/${name}.pdf`, await writePdf(figure, style, width)],
      [`figures/${name}.tex`, tex],
      ...[...images].map(([file, bytes]): [string, Uint8Array] => [`figures/${file}`, bytes]),
      [`figures/${name}.csv`, writeFigureCsv(figure)],
    );
  }
  return files;
}

/** Writes every table of a report by itself, in every format. */
export function writeTableFiles({ items, spread }: ReportContent): Files {
  return items.flatMap((item) =>
    item.kind === 'table'
      ? tableFormatSchema.options.map(
          (format) =>
            [
              `tables/${item.name}.${tableFiles[format].ending}`,
              format === 'latex'
                ? writeLatexTable(item.table, spread, {
                    caption: item.caption,
                    label: `tab:${item.name}`,
                    origins: item.origins,
                  })
                : writeTable({ ...item.table, caption: item.caption }, format, spread),
            ] as const,
        )
      : [],
  );
}
