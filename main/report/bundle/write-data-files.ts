import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import { writeReferenceLayout } from '../reference-layout/write-layout';
import type { BundleContents, Files } from './bundle-contents';
import { formatJson } from './format-json';
import { writeResultsCsv } from './write-results-csv';

/**
 * Writes the data of a report: what a benchmark has measured, also as the files of the reference implementation; every
 * figure and table as a document; and which runs each of them is made of.
 */
export function writeDataFiles({ content, results }: BundleContents): Files {
  const files: [string, string][] = [];
  if (results !== null) {
    files.push(['data/results.json', formatJson(results)], ['data/results.csv', writeResultsCsv(results)]);
    const seeds = new Set(results.methods.flatMap(({ seeds }) => seeds.map(({ seed }) => seed)));
    for (const seed of seeds) {
      for (const [name, text] of Object.entries(referenceFiles(results, seed))) {
        files.push([`data/reference/seed${seed}/${name}`, text]);
      }
    }
  }
  const origins: Record<string, unknown> = {};
  for (const item of content.items) {
    if (item.kind === 'figure') {
      files.push([`data/figures/${item.name}.json`, formatJson(withTextImages(item.figure))]);
    } else if (item.kind === 'table') {
      files.push([`data/tables/${item.name}.json`, formatJson(item.table)]);
    } else continue;
    origins[`${item.kind}s/${item.name}`] = item.origins;
  }
  return [...files, ['data/origins.json', formatJson(origins)]];
}

/** No files of a seed of which nothing was measured yet. */
function referenceFiles(
  results: NonNullable<BundleContents['results']>,
  seed: number,
): Record<string, string> {
  try {
    return writeReferenceLayout(results, seed);
  } catch (error) {
    if (error instanceof AppError && error.code === 'study_unmeasured') return {};
    throw error;
  }
}

/** JSON has no bytes: images are written in base 64. */
function withTextImages(figure: FigureDocument): unknown {
  if (figure.body.kind === 'plots') return figure;
  const rows = figure.body.rows.map((row) => ({
    ...row,
    images: row.images.map((image) => ({ ...image, bytes: Buffer.from(image.bytes).toString('base64') })),
  }));
  return { ...figure, body: { ...figure.body, rows } };
}
