import type { BenchmarkResults } from '#contract/benchmark-results';
import type { MadeFile } from '#contract/report';
import { writeReferenceLayout } from '../reference-layout/write-layout';
import { formatJson } from './format-json';
import { writeResultsCsv } from './write-results-csv';
import { zipFiles } from './zip-files';

/**
 * Writes what a benchmark has measured as one file.
 *
 * @param results as measured
 * @param name of the file, without its ending
 * @param format one accuracy on each line, all of it as JSON, or the files of the reference implementation
 * @param seed which seed those files are of; null for the first
 * @throws {AppError} `invalid_input` if no method has the seed; `study_unmeasured` if nothing of it was measured
 */
export function writeResultFile(
  results: BenchmarkResults,
  name: string,
  format: 'csv' | 'json' | 'reference',
  seed: number | null,
): MadeFile {
  const encoder = new TextEncoder();
  switch (format) {
    case 'csv':
      return {
        name: `${name}-results.csv`,
        mediaType: 'text/csv',
        bytes: encoder.encode(writeResultsCsv(results)),
      };
    case 'json':
      return {
        name: `${name}-results.json`,
        mediaType: 'application/json',
        bytes: encoder.encode(formatJson(results)),
      };
    case 'reference': {
      const chosen = seed ?? firstSeed(results);
      const files = Object.entries(writeReferenceLayout(results, chosen)).map(
        ([file, text]) => [file, encoder.encode(text)] as const,
      );
      return {
        name: `${name}-seed${chosen}-reference.zip`,
        mediaType: 'application/zip',
        bytes: zipFiles(new Map(files)),
      };
    }
  }
}

/** The seed that files of one seed are of unless another is chosen. */
export function firstSeed({ methods }: BenchmarkResults): number {
  return methods[0].seeds[0].seed;
}
