import { formatError } from './source-errors';

/** A record of a file of comma-separated values. */
export interface CsvRow {
  /** Number of the line that it begins in, from 1. */
  readonly line: number;
  readonly values: readonly string[];
}

interface Field {
  readonly value: string;
  /** Position after it. */
  readonly end: number;
}

/**
 * Reads comma-separated values. A value in quotes can have commas, line ends and doubled quotes in it; blank
 * lines are passed over.
 *
 * Source: RFC 4180.
 *
 * @param text content of the file
 * @param path the file, for messages
 * @throws {AppError} `dataset_format` if a quote is not closed, or something follows a closing quote
 */
export function parseCsv(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const first = line;
    const values: string[] = [];
    let hasNext = true;
    while (hasNext) {
      const { value, end } = text[at] === '"' ? quotedField(text, at, line, path) : plainField(text, at);
      values.push(value);
      line += value.match(/\r\n?|\n/g)?.length ?? 0;
      hasNext = text[end] === ',';
      at = hasNext ? end + 1 : end;
    }
    if (at < text.length) {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
    }
    if (values.length > 1 || values[0] !== '') rows.push({ line: first, values });
  }
  return rows;
}

function plainField(text: string, start: number): Field {
  const pattern = /[^,\r\n]*/y;
  pattern.lastIndex = start;
  const [value] = pattern.exec(text)!;
  return { value, end: start + value.length };
}

function quotedField(text: string, start: number, line: number, path: string): Field {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) throw formatError(path, `a quote that line ${line} opens is not closed`);
  const next = text[close + 1] as string | undefined;
  if (next !== undefined && !',\r\n'.includes(next)) {
    throw formatError(path, `something follows the closing quote of a value that begins in line ${line}`);
  }
  return { value: text.slice(start + 1, close).replaceAll('""', '"'), end: close + 1 };
}
