import PDFDocument from 'pdfkit';
import { collectPdf } from '../drawing/collect-pdf';
import { fontFile, measureText, printable, type FontFamily } from '../drawing/fonts';
import type { ReportContent } from '../report-content';
import { flowStrips, type Page } from './flow-strips';
import { chooseTypography, inks, pageFormat } from './page-format';
import { printPages } from './print-pages';
import { setReport } from './set-report';
import type { Ink } from './strip';

/**
 * Prints a report as PDF on A4: text stays text in embedded fonts, figures and tables are drawn with lines, and images
 * are only where a figure is of images. The same content makes the same bytes.
 *
 * @param content with everything that is printed
 */
export async function writePdfReport(content: ReportContent): Promise<Uint8Array> {
  const { family } = chooseTypography(content.style);
  const pages = flowStrips(setReport(content), (layout) => pageFormat(layout).textHeight);
  const day = new Date(`${content.date}T00:00:00Z`);
  const document = new PDFDocument({
    autoFirstPage: false,
    font: fontFile(family, 'regular'),
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: printable(content.title),
      Author: printable(content.authors),
      Creator: `Tangent Workbench ${content.appVersion}`,
      CreationDate: day,
      ModDate: day,
    },
  });
  await printPages(document, pages, family, (page, index) =>
    setFurniture(page, index, pages.length, content.title, family),
  );
  return collectPdf(document);
}

/** Sets the number of a page and, on all but the first, the title of the report above it. */
function setFurniture(
  { layout }: Page,
  index: number,
  count: number,
  title: string,
  family: FontFamily,
): Ink[] {
  const { textWidth, textHeight } = pageFormat(layout);
  const size = 7.5;
  const line = (text: string, x: number, y: number): Ink => ({
    kind: 'text',
    x,
    y,
    text,
    size,
    weight: 'regular',
    color: inks.grey,
  });
  const widthOf = (text: string) => measureText(text, family, 'regular', size);
  const number = `${index + 1} / ${count}`;
  const footer = line(number, (textWidth - widthOf(number)) / 2, textHeight + 30);
  if (index === 0) return [footer];
  const running = shorten(printable(title), (text) => widthOf(text) <= textWidth);
  return [
    line(running, 0, -20),
    { kind: 'rule', x: 0, y: -14, length: textWidth, thickness: 0.35, color: inks.faintRule },
    footer,
  ];
}

/** Leaves out the end of a text until it fits. */
function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  let kept = Array.from(text);
  while (kept.length > 0 && !fits(`${kept.join('').trimEnd()}…`)) kept = kept.slice(0, -1);
  return `${kept.join('').trimEnd()}…`;
}
