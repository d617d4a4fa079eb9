import { captionLabel, noCaption } from './captions';
import { type RawLabel } from './class-labels';
import { parseCsv } from './csv';
import { readTextList } from './read-list';
import { formatError } from './source-errors';

/** A million images have less, and a text can be no longer than twice that. */
const LARGEST_METADATA = 2 ** 28;

/** Columns that captions can be in, the preferred one first. */
const captionColumns = ['text', 'caption'] as const;

/** What metadata say about one image. */
export interface DescribedImage {
  /** Path of the image relative to the folder of the metadata, with `/` between names. */
  readonly file: string;
  /** Its caption, or why it has none. */
  readonly caption: RawLabel;
}

/** Content of a file of metadata. */
export interface ImageMetadata {
  readonly images: readonly DescribedImage[];
  /** What was assumed. */
  readonly notes: readonly string[];
}

interface MetadataLine {
  /** From 1. */
  readonly line: number;
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * Reads the captions of images from `metadata.jsonl` or `metadata.csv`: the column `file_name`, and `text`
 * or `caption`.
 *
 * Source: Hugging Face `datasets`, ImageFolder.
 *
 * @param path the file
 * @throws {AppError} `dataset_format` if a line is damaged, if one names no file, or if a column is missing;
 *   `source_missing` if the file cannot be read
 */
export async function readImageMetadata(path: string): Promise<ImageMetadata> {
  const text = await readTextList(path, LARGEST_METADATA);
  const lines = path.endsWith('.csv') ? readCsvLines(text, path) : readJsonLines(text, path);
  if (lines.length === 0) throw formatError(path, 'it describes no image');
  const columns = captionColumns.filter((column) => lines.some(({ values }) => values.has(column)));
  if (columns.length === 0) throw formatError(path, `it has no column "${captionColumns.join('" or "')}"`);
  const [column] = columns;
  return {
    images: lines.map(({ line, values }) => {
      const file = values.get('file_name');
      if (typeof file !== 'string' || file === '') {
        throw formatError(path, `line ${line} has no "file_name"`);
      }
      return { file: file.replace(/^(?:\.\/)+/, ''), caption: captionOf(values.get(column)) };
    }),
    notes:
      columns.length === 1 ? [] : ['The captions are those of the column "text"; there is also "caption".'],
  };
}

function captionOf(value: unknown): RawLabel {
  if (value === undefined || value === null) return noCaption;
  return typeof value === 'string' ? captionLabel(value) : { reason: 'its caption is not text' };
}

function readCsvLines(text: string, path: string): MetadataLine[] {
  const [head, ...rows] = parseCsv(text, path);
  const columns = ((head as typeof head | undefined)?.values ?? []).map((name) => name.trim());
  if (!columns.includes('file_name')) throw formatError(path, 'it has no column "file_name"');
  return rows.map(({ line, values }) => {
    if (values.length !== columns.length) {
      throw formatError(path, `line ${line} has ${values.length} values for ${columns.length} columns`);
    }
    return { line, values: new Map(columns.map((name, i) => [name, values[i]])) };
  });
}

function readJsonLines(text: string, path: string): MetadataLine[] {
  return text.split(/\r?\n/).flatMap((content, i) => {
    if (content.trim() === '') return [];
    return { line: i + 1, values: new Map(Object.entries(parseObject(content, i + 1, path))) };
  });
}

function parseObject(content: string, line: number, path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw formatError(path, `line ${line} is not JSON`, cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw formatError(path, `line ${line} is not a JSON object`);
}
