import { writeBibtex } from '../latex/write-bibtex';
import { writeLatexReport } from '../latex/write-latex-report';
import { writeHtmlReport } from '../pages/write-html-report';
import { writePdfReport } from '../pages/write-pdf-report';
import type { BundleContents, Files } from './bundle-contents';
import { writeDataFiles } from './write-data-files';
import { writeFigureFiles, writeTableFiles } from './write-item-files';
import { writeReadme } from './write-readme';
import { writeReproduce } from './write-reproduce';
import { writeEnvironments, writeSpecFiles } from './write-spec-files';

/**
 * Writes all files of a report: the report as PDF, page and LaTeX; every figure and table by itself; the data behind
 * them; the specifications of its runs, and how to make the same numbers again. The same contents make the same bytes.
 *
 * @param contents see {@link BundleContents}
 * @returns contents by path, with `/` between names
 */
export async function writeBundle(contents: BundleContents): Promise<ReadonlyMap<string, Uint8Array>> {
  const { content } = contents;
  const files: Files = [
    ['README.md', writeReadme(contents)],
    ['REPRODUCE.md', writeReproduce(contents)],
    ['report.pdf', await writePdfReport(content)],
    ['report.html', writeHtmlReport(content)],
    ['report.tex', writeLatexReport(content)],
    ['references.bib', writeBibtex(content.appVersion)],
    ...(await writeFigureFiles(content)),
    ...writeTableFiles(content),
    ...writeDataFiles(contents),
    ...writeSpecFiles(contents),
    ['environment.json', writeEnvironments(contents)],
  ];
  const encoder = new TextEncoder();
  return new Map(files.map(([path, file]) => [path, typeof file === 'string' ? encoder.encode(file) : file]));
}
