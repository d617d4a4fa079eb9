import { z } from 'zod';
import { DamagedBytes } from './parquet-thrift';

const DEEPEST = 32;

/** What is used of an element of a schema: a column, or a group of elements that follow it. */
export const schemaElement = z.object({
  name: z.string(),
  type: z.string().optional(),
  num_children: z.int().nonnegative().default(0),
  repetition_type: z.string().optional(),
  converted_type: z.string().optional(),
  logical_type: z.object({ type: z.string().optional() }).optional(),
});
/** See {@link schemaElement}. */
export type SchemaElement = z.infer<typeof schemaElement>;

/** A column of values in a Parquet file. */
export interface ParquetColumn {
  /** Position among the columns. */
  readonly index: number;
  /** Names from the outermost group to the column. */
  readonly path: readonly string[];
  /** Type of the stored values, as in the format's specification. */
  readonly type: string;
  /** Whether the bytes are text. */
  readonly isText: boolean;
  /** Whether the numbers are integers: not dates, times or decimals. */
  readonly isInteger: boolean;
  /** How many of the path can be null; a value is there where the definition level is this. */
  readonly nullables: number;
  /** Whether a row can have several values. */
  readonly isRepeated: boolean;
}

/**
 * Lists the columns of a schema.
 *
 * @param schema the elements in depth-first order, the root first
 * @throws {DamagedBytes} if they do not make a tree
 */
export function readColumns(schema: readonly SchemaElement[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  let next = 0;
  const walk = (parents: readonly SchemaElement[]): void => {
    const element = schema.at(next++);
    if (element === undefined || parents.length > DEEPEST) throw new DamagedBytes('its schema is damaged');
    const path = [...parents, element];
    if (element.type !== undefined && parents.length > 0) {
      columns.push(makeColumn(columns.length, path.slice(1)));
      return;
    }
    for (let child = 0; child < element.num_children; child++) walk(path);
  };
  walk([]);
  if (next !== schema.length) throw new DamagedBytes('its schema is damaged');
  return columns;
}

function makeColumn(index: number, elements: readonly SchemaElement[]): ParquetColumn {
  const { type = '', converted_type: converted, logical_type: logical } = elements.at(-1)!;
  const isNumber = type === 'INT32' || type === 'INT64';
  const isBare = converted === undefined && logical === undefined;
  return {
    index,
    path: elements.map(({ name }) => name),
    type,
    isText: type === 'BYTE_ARRAY' && (converted === 'UTF8' || logical?.type === 'STRING'),
    isInteger: isNumber && (isBare || /^U?INT_/.test(converted ?? '') || logical?.type === 'INTEGER'),
    nullables: elements.filter((element) => element.repetition_type !== 'REQUIRED').length,
    isRepeated: elements.some((element) => element.repetition_type === 'REPEATED'),
  };
}
