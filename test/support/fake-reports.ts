import { nameOfPiece } from '#contract/piece-name';
import type { Handlers } from '#api/handlers';
import type { ApiRequest } from '#contract/api';
import { AppError } from '#contract/errors';
import type { FigureSource, MadeFile, ReportDocument, ReportPreview, StoredReport } from '#contract/report';

type Procedure =
  | 'figures.draw'
  | 'tables.write'
  | 'reports.suggest'
  | 'reports.list'
  | 'reports.get'
  | 'reports.save'
  | 'reports.remove'
  | 'reports.preview'
  | 'reports.files'
  | 'reports.bundle';

/** A report of two figures, a table and a text, one of each kind. */
export function exampleReport(subject: ReportDocument['subject'] = { studyId: 'study1' }): ReportDocument {
  const studyId = 'studyId' in subject ? subject.studyId : 'study1';
  const alpha: FigureSource = { kind: 'alpha', studyId, edit: 'addition' };
  return {
    format: 'tangent-report/1',
    title: 'Report of a study',
    authors: '',
    subject,
    style: { preset: 'plain', palette: 'color-blind' },
    spread: 'deviation',
    items: [
      { kind: 'text', id: 'introduction', heading: 'Introduction', text: 'What was done.' },
      {
        kind: 'table',
        id: 'addition',
        source: { kind: 'benchmark', studyId, table: 'addition', published: null },
        caption: null,
      },
      { kind: 'figure', id: 'alpha-addition', source: alpha, width: 'single', caption: null },
      {
        kind: 'figure',
        id: 'training-loss',
        source: { kind: 'training', studyId, metric: 'loss' },
        width: 'double',
        caption: null,
      },
    ],
  };
}

/** What a host in memory answers about figures, tables and reports. */
export class FakeReports {
  readonly saved = new Map<string, StoredReport>();
  /** What `reports.suggest` answers. */
  suggest: (subject: ReportDocument['subject']) => ReportDocument = exampleReport;
  /** Kinds of figures that cannot be made. */
  readonly gaps = new Set<FigureSource['kind']>();
  /** What was asked for, in order. */
  readonly previewed: ApiRequest<'reports.preview'>[] = [];
  readonly drawn: ApiRequest<'figures.draw'>[] = [];
  readonly written: ApiRequest<'tables.write'>[] = [];
  readonly bundled: ReportDocument[] = [];
  /** Why no table can be made. */
  tableError: AppError | null = null;
  /** No preview and no bundle is answered before this resolves. */
  gate: Promise<void> = Promise.resolve();
  #clock = 0;

  handlers(): Pick<Handlers, Procedure> {
    return {
      'figures.draw': (request) => {
        this.drawn.push(request);
        return draw(request);
      },
      'tables.write': (request) => {
        this.written.push(request);
        if (this.tableError !== null) throw this.tableError;
        const { source, format } = request;
        return {
          name: `${source.kind}.${format}`,
          mediaType: 'text/plain',
          bytes: toBytes(`${format} of a ${source.kind} table`),
        };
      },
      'reports.suggest': ({ subject }) => this.suggest(subject),
      'reports.list': () => [...this.saved.values()].sort((a, b) => b.updatedAt - a.updatedAt),
      'reports.get': ({ reportId }) => this.#get(reportId),
      'reports.save': ({ reportId, document }) => {
        this.#clock += 1;
        const id = reportId ?? `report${String(this.saved.size + 1)}`;
        const createdAt = reportId === null ? this.#clock : this.#get(reportId).createdAt;
        const report = { id, createdAt, updatedAt: this.#clock, document };
        this.saved.set(id, report);
        return report;
      },
      'reports.remove': ({ reportId }) => void this.saved.delete(this.#get(reportId).id),
      'reports.preview': async (request) => {
        await this.gate;
        this.previewed.push(request);
        return this.#preview(request);
      },
      'reports.files': () => ({ files: [], gaps: [] }),
      'reports.bundle': async ({ document }) => {
        await this.gate;
        this.bundled.push(document);
        return { name: 'report-of-a-study.zip', mediaType: 'application/zip', bytes: emptyZip() };
      },
    };
  }

  #get(reportId: string): StoredReport {
    const report = this.saved.get(reportId);
    if (report === undefined) throw new AppError('unknown_report', `There is no report ${reportId}.`);
    return report;
  }

  #preview({ item, style, spread }: ApiRequest<'reports.preview'>): ReportPreview {
    const origins = [{ runId: 'run0001', specHash: 'ab'.repeat(32), title: 'Fine-tune on Cars' }];
    switch (item.kind) {
      case 'text':
        throw new AppError('invalid_input', 'A text is shown as it is: only figures and tables are made.');
      case 'table':
        return {
          kind: 'table',
          title: `Table ${item.id}`,
          caption: `Caption of table ${item.id}.`,
          spread: `± is the ${spread}.`,
          html: `<table><thead><tr><th>Method</th><th>Accuracy (${spread})</th></tr></thead><tbody><tr><td>Linearized</td><td>77.5</td></tr></tbody></table>`,
          origins,
        };
      case 'figure': {
        const { kind } = item.source;
        if (this.gaps.has(kind)) {
          const reason = 'The study has not measured it.';
          return { kind: 'gap', title: nameOfPiece(item), reason, advice: 'Continue the study.' };
        }
        return {
          kind: 'figure',
          title: `Figure ${item.id}`,
          caption: `Caption of figure ${item.id}.`,
          svg: drawing(item.id, style.preset, item.width),
          origins,
        };
      }
    }
  }
}

function draw({ source, format, style, width }: ApiRequest<'figures.draw'>): MadeFile {
  const text: Record<typeof format, string> = {
    svg: drawing(source.kind, style.preset, width),
    pdf: '%PDF-1.7',
    pgfplots: `\\begin{tikzpicture} % ${source.kind}\n\\end{tikzpicture}\n`,
    csv: `panel,series,x,y\n${source.kind},a,0,1\n`,
  };
  const mediaType = {
    svg: 'image/svg+xml',
    pdf: 'application/pdf',
    pgfplots: 'application/x-tex',
    csv: 'text/csv',
  };
  const ending = format === 'pgfplots' ? 'tex' : format;
  return { name: `${source.kind}.${ending}`, mediaType: mediaType[format], bytes: toBytes(text[format]) };
}

/** A drawing with the size and text of a figure. */
function drawing(title: string, preset: string, width: 'single' | 'double'): string {
  const points = width === 'single' ? 226 : 468;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${points}pt" height="120pt" viewBox="0 0 ${points} 120"><path d="M20 100 L${points - 10} 20" stroke="#0072b2" fill="none"/><text x="20" y="16" font-size="8">${title}, ${preset}</text></svg>`;
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The end of a central directory that has nothing before it. */
function emptyZip(): Uint8Array {
  const bytes = new Uint8Array(22);
  bytes.set([0x50, 0x4b, 5, 6]);
  return bytes;
}
