import { readList } from './read-list';
import { formatError } from './source-errors';

/** The published lists have less than a million bytes. */
const LONGEST = 2 ** 26;
const LONGEST_IN_MESSAGE = 40;

/** A line of a list of images. */
export interface GtsrbRow {
  /** Name of the image, without a folder. */
  readonly fileName: string;
  /** Number of the class as it is written, which may be damaged. */
  readonly classId: string;
}

/**
 * Reads a list of images as the German Traffic Sign Recognition Benchmark has them: values between
 * semicolons, with a line of column names, of which `Filename` and `ClassId` are needed.
 *
 * @param path the file
 * @throws {AppError} `dataset_format` if a column is missing or a line has too few or too many values;
 *   `source_missing` if the file cannot be read
 */
export async function readGtsrbCsv(path: string): Promise<GtsrbRow[]> {
  const text = new TextDecoder('utf-8').decode(await readList(path, LONGEST));
  const [head, ...lines] = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, values: line.split(';').map((value) => value.trim()) }))
    .filter(({ values }) => values.length > 1 || values[0] !== '');
  const columns = (head as typeof head | undefined)?.values ?? [];
  const position = (name: string): number => {
    const found = columns.indexOf(name);
    if (found < 0) throw formatError(path, `it has no column "${name}"`);
    return found;
  };
  const fileName = position('Filename');
  const classId = position('ClassId');
  return lines.map(({ number, values }) => {
    if (values.length !== columns.length) {
      throw formatError(path, `line ${number} has ${values.length} values for ${columns.length} columns`);
    }
    return { fileName: values[fileName], classId: values[classId].slice(0, LONGEST_IN_MESSAGE) };
  });
}
