import { type ByteSource } from '#numerics/files/byte-source';
import { decompress } from './parquet-compression';
import { readDeltaLengths, readDeltas } from './parquet-delta';
import { damaged, findChunk, type ColumnChunk, type ParquetFile } from './parquet-file';
import { type ParquetColumn } from './parquet-schema';
import { DamagedBytes, MissingBytes, readThrift, type ThriftStruct } from './parquet-thrift';
import { readPlain, readRuns, type ParquetValue } from './parquet-values';

/** How much is read at first for the header of a page, and at most. */
const USUAL_HEADER = 2 ** 12;
const LARGEST_HEADER = 2 ** 24;

/** Numbers of the format's specification. */
const pageTypes = { data: 0, index: 1, dictionary: 2, dataV2: 3 } as const;
const encodings = {
  plain: 0,
  plainDictionary: 2,
  runs: 3,
  deltas: 5,
  deltaLengths: 6,
  runsDictionary: 8,
} as const;

/**
 * Reads a column of a Parquet file with one page in memory at a time.
 *
 * @param file the file
 * @param column the column; not a repeated one
 * @yields {readonly ParquetValue[]} the values of some rows, in order; all of them together are one for each row
 * @throws {AppError} `dataset_format` if the file is damaged, or stores values in a way that is not read
 */
export async function* readColumn(
  file: ParquetFile,
  column: ParquetColumn,
): AsyncGenerator<readonly ParquetValue[], void, void> {
  for (let group = 0; group < file.groups.length; group++) {
    try {
      yield* readChunk(file.source, findChunk(file, group, column), column);
    } catch (cause) {
      throw damaged(file.source.label, cause, `its column "${column.path.join('.')}" is damaged`);
    }
  }
}

async function* readChunk(
  source: ByteSource,
  chunk: ColumnChunk,
  column: ParquetColumn,
): AsyncGenerator<readonly ParquetValue[], void, void> {
  let dictionary: readonly ParquetValue[] | null = null;
  let position = chunk.start;
  let rowsLeft = chunk.rows;
  while (rowsLeft > 0) {
    const { fields, end } = await readHeader(source, position, chunk.end);
    const length = numberOf(fields, 3);
    if (length < 0 || end + length > chunk.end) throw new MissingBytes('a page ends after its column');
    const bytes = await source.read(end, length);
    position = end + length;
    const type = numberOf(fields, 1);
    if (type === pageTypes.dictionary) {
      const page = decompress(bytes, numberOf(fields, 2), chunk.codec);
      dictionary = readPlain(page, column.type, numberOf(structOf(fields, 7), 1));
    } else if (type === pageTypes.data || type === pageTypes.dataV2) {
      const page =
        type === pageTypes.data
          ? openPage(bytes, fields, chunk, column)
          : openPageV2(bytes, fields, chunk, column);
      if (page.count < 0 || page.count > rowsLeft) throw new DamagedBytes('a page has too many rows');
      rowsLeft -= page.count;
      yield readValues(page, column, dictionary);
    }
  }
}

/** A page of data without its compression. */
interface Page {
  /** Rows, nulls included. */
  readonly count: number;
  readonly encoding: number;
  /** Encoded definition levels; null if the column has no nulls. */
  readonly levels: Uint8Array | null;
  readonly values: Uint8Array;
}

function openPage(
  bytes: Uint8Array,
  fields: ThriftStruct,
  { codec }: ColumnChunk,
  column: ParquetColumn,
): Page {
  const header = structOf(fields, 5);
  const page = decompress(bytes, numberOf(fields, 2), codec);
  const count = numberOf(header, 1);
  const encoding = numberOf(header, 2);
  if (column.nullables === 0) return { count, encoding, levels: null, values: page };
  if (numberOf(header, 3) !== encodings.runs) throw new DamagedBytes('its nulls are stored in an old way');
  if (page.length < 4) throw new MissingBytes('a page is cut short');
  const levelsEnd = 4 + new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  if (levelsEnd > page.length) throw new MissingBytes('a page is cut short');
  return { count, encoding, levels: page.subarray(4, levelsEnd), values: page.subarray(levelsEnd) };
}

function openPageV2(
  bytes: Uint8Array,
  fields: ThriftStruct,
  { codec }: ColumnChunk,
  column: ParquetColumn,
): Page {
  const header = structOf(fields, 8);
  const start = numberOf(header, 6);
  const end = start + numberOf(header, 5);
  if (start < 0 || end < start || end > bytes.length) throw new MissingBytes('a page is cut short');
  const isCompressed = header.get(7) !== false;
  const stored = bytes.subarray(end);
  return {
    count: numberOf(header, 1),
    encoding: numberOf(header, 4),
    levels: column.nullables === 0 ? null : bytes.subarray(start, end),
    values: isCompressed ? decompress(stored, numberOf(fields, 2) - end, codec) : stored,
  };
}

function readValues(
  page: Page,
  column: ParquetColumn,
  dictionary: readonly ParquetValue[] | null,
): ParquetValue[] {
  const width = 32 - Math.clz32(column.nullables);
  const levels = page.levels === null ? null : readRuns(page.levels, width, page.count);
  const isThere = (row: number): boolean => levels === null || levels[row] === column.nullables;
  let stored = 0;
  for (let row = 0; row < page.count; row++) if (isThere(row)) stored++;
  const values = readStored(page, column, stored, dictionary);
  let next = 0;
  return Array.from({ length: page.count }, (_, row) => (isThere(row) ? values[next++] : null));
}

function readStored(
  { encoding, values }: Page,
  column: ParquetColumn,
  count: number,
  dictionary: readonly ParquetValue[] | null,
): readonly ParquetValue[] {
  if (count === 0) return [];
  if (encoding === encodings.plain) return readPlain(values, column.type, count);
  const isBinary = column.type === 'BYTE_ARRAY';
  if (encoding === encodings.deltas && !isBinary) return readDeltas(values, count).values;
  if (encoding === encodings.deltaLengths && isBinary) return readDeltaLengths(values, count);
  if (encoding !== encodings.plainDictionary && encoding !== encodings.runsDictionary) {
    throw new DamagedBytes(`its encoding ${encoding} is not read`);
  }
  if (dictionary === null || values.length === 0) throw new DamagedBytes('a dictionary is missing');
  const positions = readRuns(values.subarray(1), values[0], count);
  return Array.from(positions, (position) => {
    if (position >= dictionary.length) throw new DamagedBytes('a dictionary is too short');
    return dictionary[position];
  });
}

async function readHeader(
  source: ByteSource,
  start: number,
  end: number,
): Promise<{ fields: ThriftStruct; end: number }> {
  for (let length = USUAL_HEADER; ; length *= 16) {
    const available = Math.min(length, end - start);
    try {
      const header = readThrift(await source.read(start, available), 0);
      return { fields: header.fields, end: start + header.end };
    } catch (error) {
      const canGrow = error instanceof MissingBytes && available === length && length < LARGEST_HEADER;
      if (!canGrow) throw error;
    }
  }
}

function numberOf(fields: ThriftStruct, field: number): number {
  const value = fields.get(field);
  if (typeof value !== 'number') throw new DamagedBytes('the header of a page is damaged');
  return value;
}

function structOf(fields: ThriftStruct, field: number): ThriftStruct {
  const value = fields.get(field);
  if (!(value instanceof Map)) throw new DamagedBytes('the header of a page is damaged');
  return value as ThriftStruct;
}
