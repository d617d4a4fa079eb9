import { randomBytes } from 'node:crypto';
import type { ApiRequest } from '#contract/api';
import { AppError } from '#contract/errors';
import type { FigureFormat, MadeFile, ReportDocument, ReportPreview, StoredReport } from '#contract/report';
import { describeSpread } from '#contract/table-document';
import { zipFiles } from '#report/bundle/zip-files';
import { writePdf } from '#report/drawing/write-pdf';
import { writeSvg } from '#report/drawing/write-svg';
import { writeFigureCsv } from '#report/figures/write-figure-csv';
import { writePgfplots } from '#report/latex/pgfplots/write-pgfplots';
import { tableFiles } from '#report/tables/table-files';
import { writeTable } from '#report/tables/write-table';
import { bundleReport, type ReportBundle } from './bundle-report';
import type { ReportSources } from './report-sources';
import { resolveItem } from './resolve-item';
import { resolveFigure } from './resolve-figure';
import { resolveTable } from './resolve-table';
import { suggestReport } from './suggest-report';

const figureFiles: Readonly<Record<FigureFormat, { readonly ending: string; readonly mediaType: string }>> = {
  svg: { ending: 'svg', mediaType: 'image/svg+xml' },
  pdf: { ending: 'pdf', mediaType: 'application/pdf' },
  pgfplots: { ending: 'tex', mediaType: 'application/x-tex' },
  csv: { ending: 'csv', mediaType: 'text/csv' },
};

/** Makes figures, tables and reports from the catalog, and keeps what people have arranged. */
export class ReportService {
  readonly #sources: ReportSources;

  constructor(sources: ReportSources) {
    this.#sources = sources;
  }

  /**
   * Makes a figure as a file.
   *
   * @throws {AppError} `nothing_to_show` where the runs have not measured it
   */
  async draw({ source, format, style, width, spread }: ApiRequest<'figures.draw'>): Promise<MadeFile> {
    const { content: figure } = await resolveFigure(source, spread, this.#sources);
    const { ending, mediaType } = figureFiles[format];
    const about = { name: `${figure.id}.${ending}`, mediaType };
    switch (format) {
      case 'svg':
        return { ...about, bytes: toBytes(writeSvg(figure, style, width)) };
      case 'pdf':
        return { ...about, bytes: await writePdf(figure, style, width) };
      case 'csv':
        return { ...about, bytes: toBytes(writeFigureCsv(figure)) };
      case 'pgfplots': {
        const { tex, images } = writePgfplots(figure, style, width);
        if (images.size === 0) return { ...about, bytes: toBytes(tex) };
        const files = new Map([[about.name, toBytes(tex)], ...images]);
        return { name: `${figure.id}.zip`, mediaType: 'application/zip', bytes: zipFiles(files) };
      }
    }
  }

  /**
   * Makes a table as a file.
   *
   * @throws {AppError} `nothing_to_show` where the runs have not measured it
   */
  async writeTable({ source, format, spread }: ApiRequest<'tables.write'>): Promise<MadeFile> {
    const { content: table } = await resolveTable(source, this.#sources);
    const { ending, mediaType } = tableFiles[format];
    return { name: `${table.id}.${ending}`, mediaType, bytes: toBytes(writeTable(table, format, spread)) };
  }

  /** Makes the report that has everything there is to show. */
  suggest(subject: ReportDocument['subject']): ReportDocument {
    return suggestReport(subject, this.#sources);
  }

  /**
   * Saves a report: a new one, or in the place of an earlier state.
   *
   * @throws {AppError} `unknown_report`
   */
  save(reportId: string | null, document: ReportDocument): StoredReport {
    const { reports } = this.#sources.catalog;
    const id = reportId ?? randomBytes(4).toString('hex');
    if (reportId === null) reports.insert(id, document, Date.now());
    else reports.update(id, document, Date.now());
    return reports.get(id);
  }

  /** Shows a piece of a report; what cannot be made is an explained gap. */
  async preview({ item, style, spread }: ApiRequest<'reports.preview'>): Promise<ReportPreview> {
    if (item.kind === 'text') {
      throw new AppError('invalid_input', 'A text is shown as it is: only figures and tables are made.');
    }
    const resolved = await resolveItem(item, spread, this.#sources);
    if (resolved.kind === 'gap') return resolved;
    const { title, caption } = resolved.content;
    const about = { title, caption, origins: [...resolved.origins] };
    if (resolved.kind === 'figure') {
      return { kind: 'figure', ...about, svg: writeSvg(resolved.content, style, resolved.width) };
    }
    return {
      kind: 'table',
      ...about,
      html: writeTable(resolved.content, 'html', spread),
      spread: describeSpread(resolved.content, spread),
    };
  }

  /** Makes all files of a report. */
  files(document: ReportDocument): Promise<ReportBundle> {
    return bundleReport(document, this.#sources);
  }

  /** Makes the same files as one archive. */
  async bundle(document: ReportDocument): Promise<MadeFile> {
    const { files } = await this.files(document);
    return { name: `${nameOf(document.title)}.zip`, mediaType: 'application/zip', bytes: zipFiles(files) };
  }
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A title as the name of a file. */
function nameOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return plain.slice(0, 80) || 'report';
}
