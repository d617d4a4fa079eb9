import { parquetMetadata } from 'hyparquet';
import { z } from 'zod';
import { AppError } from '#contract/errors';
import { type ByteSource } from '#numerics/files/byte-source';
import { readColumns, schemaElement, type ParquetColumn } from './parquet-schema';
import { DamagedBytes, readThrift } from './parquet-thrift';
import { formatError } from './source-errors';

const MAGIC = 'PAR1';
const LARGEST_FOOTER = 256 * 2 ** 20;

const integer = z.union([z.number(), z.bigint()]).transform(Number).pipe(z.int());

/** The facts of a footer that are used; the parser takes whatever types the bytes have. */
const footerFacts = z.object({
  schema: z.array(schemaElement),
  num_rows: integer,
  row_groups: z.array(
    z.object({
      num_rows: integer,
      columns: z.array(
        z.object({
          file_path: z.string().optional(),
          meta_data: z.object({
            path_in_schema: z.array(z.string()),
            codec: z.string(),
            num_values: integer,
            total_compressed_size: integer,
            data_page_offset: integer,
            dictionary_page_offset: integer.optional(),
          }),
        }),
      ),
    }),
  ),
  key_value_metadata: z.array(z.object({ key: z.string(), value: z.string().optional() })).default([]),
});
type FooterFacts = z.infer<typeof footerFacts>;

/** What the footer of a Parquet file says. */
export interface ParquetFile {
  readonly source: ByteSource;
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly groups: FooterFacts['row_groups'];
  /** Facts that the writer added, by their keys. */
  readonly facts: ReadonlyMap<string, string>;
}

/** Where the values of one column of one row group are. */
export interface ColumnChunk {
  readonly rows: number;
  /** Name of the compression, as in the format's specification. */
  readonly codec: string;
  /** First byte in the file, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the footer of a Parquet file and checks what it claims about rows.
 *
 * @param source the file
 * @throws {AppError} `dataset_format` if the file is damaged, cut short or encrypted
 */
export async function readParquetFooter(source: ByteSource): Promise<ParquetFile> {
  const { label, size } = source;
  if (size < 12) throw formatError(label, 'it is too short for a Parquet file');
  const tail = Buffer.from(await source.read(size - 8, 8));
  if (tail.toString('latin1', 4) === 'PARE') throw formatError(label, 'it is encrypted');
  if (tail.toString('latin1', 4) !== MAGIC) throw formatError(label, 'it does not end as a Parquet file');
  const length = tail.readUInt32LE(0);
  if (length > size - 12 || length > LARGEST_FOOTER) throw formatError(label, 'its footer is damaged');
  const bytes = await source.read(size - 8 - length, length + 8);
  try {
    // The parser below trusts the sizes of lists; this one does not.
    readThrift(bytes.subarray(0, length), 0);
    const metadata = footerFacts.parse(parquetMetadata(bytes, { geoparquet: false }));
    const columns = readColumns(metadata.schema);
    const rows = countRows(metadata, columns.length, size);
    const facts = new Map(metadata.key_value_metadata.map(({ key, value }) => [key, value ?? '']));
    return { source, rows, columns, groups: metadata.row_groups, facts };
  } catch (cause) {
    throw damaged(label, cause, 'its footer is damaged');
  }
}

/**
 * Finds a column in a row group.
 *
 * @param file the file
 * @param group position of the row group
 * @param column the column
 * @throws {AppError} `dataset_format` if it is not inside the file or has another number of rows
 */
export function findChunk(file: ParquetFile, group: number, column: ParquetColumn): ColumnChunk {
  const { label, size } = file.source;
  const { num_rows: rows, columns } = file.groups[group];
  const { meta_data: chunk, file_path: elsewhere } = columns[column.index];
  if (elsewhere !== undefined) throw formatError(label, 'it has columns in other files');
  const starts = [chunk.data_page_offset, chunk.dictionary_page_offset ?? 0].filter((offset) => offset > 0);
  const start = Math.min(...starts);
  const end = start + chunk.total_compressed_size;
  const isInside = start >= MAGIC.length && end >= start && end <= size;
  const isWhole = chunk.num_values === rows && chunk.path_in_schema.join('.') === column.path.join('.');
  if (!isInside || !isWhole) throw formatError(label, `its column "${column.path.join('.')}" is damaged`);
  return { rows, codec: chunk.codec, start, end };
}

/**
 * Turns what was thrown while bytes were decoded into an error about the file.
 *
 * @param file path of the file
 * @param cause what was thrown
 * @param problem what is wrong, as a clause about the file, if the cause does not say it
 */
export function damaged(file: string, cause: unknown, problem: string): AppError {
  if (cause instanceof AppError) return cause;
  return formatError(file, cause instanceof DamagedBytes ? `${problem} (${cause.message})` : problem, cause);
}

function countRows(
  { num_rows: rows, row_groups: groups }: FooterFacts,
  columns: number,
  size: number,
): number {
  const isSound =
    groups.every((group) => group.num_rows >= 0 && group.columns.length === columns) &&
    groups.reduce((sum, group) => sum + group.num_rows, 0) === rows;
  // An image takes a byte at least; more rows than bytes would fill the memory with nothing.
  if (!isSound || rows > size) throw new DamagedBytes('its numbers of rows and columns are impossible');
  return rows;
}
