import { dataType, TAG_LENGTH, type ElementCursor, type MatElement } from './element-cursor';
import { readMatrixHead, type MatrixHead } from './matrix-head';
import { readNumbers } from './read-numbers';
import { readText } from './read-text';
import { type MatStructs, type MatValue } from './mat-value';

const DEEPEST = 16;
/** In one variable; a small compressed file could hold billions of empty cells. */
const MOST_VALUES = 2_000_000;
const LONGEST_FIELD_NAME = 64;

/** What was counted so far in a variable. */
interface Tally {
  values: number;
}

/**
 * Reads an array with all that it contains.
 *
 * @param cursor at the beginning of the array's content, after its tag
 * @returns the value; numbers are not copied where that can be avoided
 * @throws {AppError} `dataset_format` if it is damaged, or nested too deep, or made of too many values
 */
export function readMatrix(cursor: ElementCursor): MatValue {
  return readValue(cursor, 0, { values: 0 });
}

function readValue(cursor: ElementCursor, depth: number, tally: Tally): MatValue {
  if (depth > DEEPEST) throw cursor.error('its arrays are nested too deep');
  const head = readMatrixHead(cursor);
  const { kind, dims, count } = head;
  const readElement = (): MatValue => {
    const element = cursor.next([dataType.matrix]);
    tally.values++;
    if (tally.values > MOST_VALUES) throw cursor.error('it has too many values');
    return element.data.length === 0 ? emptyArray : readValue(cursor.inside(element), depth + 1, tally);
  };
  switch (kind) {
    case 'numbers':
      return { kind, dims, values: readNumbers(cursor, count) };
    case 'text':
      return { kind, dims, rows: readText(cursor, dims) };
    case 'cells':
      requireRoom(cursor, count);
      return { kind, dims, cells: Array.from({ length: count }, readElement) };
    case 'structs':
      return readStructs(cursor, head, readElement);
    case 'unread':
      return { kind, dims };
  }
}

/** What an element without content stands for. */
const emptyArray: MatValue = { kind: 'numbers', dims: [0, 0], values: new Float64Array() };

function readStructs(
  cursor: ElementCursor,
  { dims, count }: MatrixHead,
  readElement: () => MatValue,
): MatStructs {
  const names = readFieldNames(cursor);
  requireRoom(cursor, count * names.length);
  const columns = names.map((): MatValue[] => []);
  if (names.length > 0) {
    for (let i = 0; i < count; i++) for (const column of columns) column.push(readElement());
  }
  const fields = new Map(names.map((name, i) => [name, columns[i]]));
  if (fields.size !== names.length) throw cursor.error('a structure in it has two fields of one name');
  return { kind: 'structs', dims, fields };
}

function readFieldNames(cursor: ElementCursor): string[] {
  const length = readInteger(cursor.next([dataType.int32]));
  const { data } = cursor.next([dataType.int8]);
  if (length === null || length < 1 || length > LONGEST_FIELD_NAME || data.length % length !== 0) {
    throw cursor.error('a structure in it has damaged names of fields');
  }
  const text = Buffer.from(data).toString('latin1');
  return Array.from({ length: text.length / length }, (_, i) =>
    text.slice(i * length, (i + 1) * length).replace(/\0.*$/s, ''),
  );
}

function readInteger({ data }: MatElement): number | null {
  if (data.length !== 4) return null;
  return new DataView(data.buffer, data.byteOffset, data.byteLength).getInt32(0, true);
}

/** Before memory is taken for elements that a damaged file only claims to have. */
function requireRoom(cursor: ElementCursor, count: number): void {
  if (count * TAG_LENGTH > cursor.remaining) throw cursor.error('it ends within an array');
}
