import { dataType, type ElementCursor, type MatElement } from './element-cursor';

const LONGEST_TEXT = 2 ** 20;

/**
 * Reads the content of a character array.
 *
 * @param cursor at the content
 * @param dims dimensions of the array; those after the first count as columns
 * @returns one string for each row; none if there are no characters
 * @throws {AppError} `dataset_format` if the content is not text, or not so long
 */
export function readText(cursor: ElementCursor, dims: readonly number[]): string[] {
  const [rows, ...others] = dims;
  const columns = others.reduce((product, size) => product * size, 1);
  const element = cursor.next();
  if (element.data.length > LONGEST_TEXT) throw cursor.error('it has a text that is too long');
  const text = decode(element);
  if (text === null) throw cursor.error('it has a text that is damaged or in an unknown encoding');
  // Writers count a character beyond the first 65,536 as one or as two.
  const characters = text.length === rows * columns ? text.split('') : Array.from(text);
  if (characters.length !== rows * columns) {
    throw cursor.error(`a text of ${rows} × ${columns} characters in it has ${characters.length}`);
  }
  if (characters.length === 0) return [];
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => characters[column * rows + row]).join(''),
  );
}

/** Null if it is not text. */
function decode({ type, data }: MatElement): string | null {
  switch (type) {
    case dataType.int8:
    case dataType.uint8:
      return Buffer.from(data).toString('latin1');
    case dataType.utf8:
      return decodeAs('utf-8', data);
    case dataType.uint16:
    case dataType.utf16:
      return decodeAs('utf-16le', data);
    default:
      return null;
  }
}

function decodeAs(encoding: 'utf-8' | 'utf-16le', data: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return null;
  }
}
