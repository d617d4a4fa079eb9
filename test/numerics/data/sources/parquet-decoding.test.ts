import { deflateSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { decompress } from '#numerics/data/sources/parquet-compression';
import { readDeltaLengths, readDeltas } from '#numerics/data/sources/parquet-delta';
import { readParquetFooter } from '#numerics/data/sources/parquet-file';
import { readColumn } from '#numerics/data/sources/parquet-pages';
import { readColumns } from '#numerics/data/sources/parquet-schema';
import { uncompressSnappy } from '#numerics/data/sources/parquet-snappy';
import { DamagedBytes, MissingBytes, readThrift } from '#numerics/data/sources/parquet-thrift';
import { readPlain, readRuns, type ParquetValue } from '#numerics/data/sources/parquet-values';
import { memorySource } from '#numerics/files/byte-source';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];

describe('reading columns of Parquet files', () => {
  test('gives back what another program wrote, page by page', async () => {
    const count = 5000;
    const texts = Array.from({ length: count }, (_, i) => `${'abc'.repeat(i % 50)}${(i * 7919) % 1000}`);
    const numbers = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : (i * i) % 65_536));
    const codes = Array.from({ length: count }, (_, i) => (i * 31) % 300);
    const columnData = [
      { name: 'text', data: texts, type: 'STRING', nullable: false, encoding: 'PLAIN' },
      { name: 'number', data: numbers, type: 'INT32' },
      { name: 'code', data: codes, type: 'INT32', nullable: false, encoding: 'DELTA_BINARY_PACKED' },
    ] as const;
    const content = parquetWriteBuffer({ columnData: [...columnData], pageSize: 5000, rowGroupSize: 1700 });
    const file = await readParquetFooter(
      memorySource(new Uint8Array(content), 'a.parquet', 'dataset_format'),
    );
    const read = await Promise.all(
      file.columns.map(async (column) => {
        const pages: (readonly ParquetValue[])[] = [];
        for await (const page of readColumn(file, column)) pages.push(page);
        expect(pages.length).toBeGreaterThan(2);
        return pages.flat();
      }),
    );
    expect(read[0].map((value) => Buffer.from(value as Uint8Array).toString())).toEqual(texts);
    expect(read.slice(1)).toEqual([numbers, codes]);
  });

  test('the schema must be a tree', () => {
    const leaf = { name: 'a', type: 'INT32', num_children: 0 };
    const root = { name: 'root', num_children: 2 };
    expect(readColumns([root, leaf, leaf])).toHaveLength(2);
    expect(() => readColumns([root, leaf])).toThrow(DamagedBytes);
    expect(() => readColumns([root, leaf, leaf, leaf])).toThrow(DamagedBytes);
    const chain = Array.from({ length: 100 }, () => ({ name: 'a', num_children: 1 }));
    expect(() => readColumns(chain)).toThrow(DamagedBytes);
  });
});

describe('reading Thrift structs', () => {
  test('gives the fields of each type', () => {
    const { fields, end } = readThrift(
      bytes(
        ...[0xff, 0x11, 0x12, 0x13, 7, 0x15, 3, 0x18, 1, 65, 0x19, 0x21, 1, 2],
        ...[0x1c, 0x15, 2, 0, 0x17, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x06, 40, 1, 0],
      ),
      1,
    );
    expect(Object.fromEntries(fields)).toEqual({
      1: true,
      2: false,
      3: 7,
      4: -2,
      5: bytes(65),
      6: [true, false],
      7: new Map([[1, 1]]),
      8: 1,
      20: -1,
    });
    expect(end).toBe(31);
  });

  test('refuses what would take endless time or memory', () => {
    expect(() => readThrift(bytes(0x19, 0xf5, ...HUGE, 0), 0)).toThrow(MissingBytes);
    expect(() => readThrift(bytes(0x18, ...HUGE, 0), 0)).toThrow(MissingBytes);
    expect(() => readThrift(bytes(0x17, 0, 0), 0)).toThrow(MissingBytes);
    expect(() => readThrift(bytes(0x15), 0)).toThrow(MissingBytes);
    expect(() => readThrift(bytes(), 0)).toThrow(MissingBytes);
    expect(() => readThrift(bytes(0x15, ...new Array<number>(11).fill(0x80)), 0)).toThrow('does not end');
    expect(() => readThrift(bytes(0x1b, 0), 0)).toThrow('no value of type 11');
    expect(() => readThrift(new Uint8Array(100_000).fill(0x1c), 0)).toThrow('too deep');
    expect(() => readThrift(new Uint8Array(100_000).fill(0x19), 0)).toThrow('too deep');
  });
});

describe('decompressing pages', () => {
  const text = Buffer.from('Snappy Snappy Snappy');

  test('reads literals and copies of each kind', () => {
    const long = new Array<number>(61).fill(9);
    expect([...uncompressSnappy(bytes(61, 0xf0, 60, ...long), 61)]).toEqual(long);
    const literal = [20, 6 << 2, ...Buffer.from('Snappy ')];
    const copies = [
      bytes(...literal, (12 << 2) | 2, 7, 0),
      bytes(...literal, (12 << 2) | 3, 7, 0, 0, 0),
      bytes(...literal, (3 << 2) | 1, 7, (5 << 2) | 2, 7, 0),
    ];
    for (const input of copies) expect(Buffer.from(uncompressSnappy(input, 20))).toEqual(text);
  });

  test.for<[string, number[]]>([
    ['another length', [4, 0, 1]],
    ['a literal beyond the end', [3, 0xfc, ...HUGE]],
    ['a literal of billions', [3, 0xfc, 0, 0, 0, 0xff, 1]],
    ['a length without bytes', [3, 0xf4, 1]],
    ['a copy of nothing', [3, 0, 1, 2, 0, 0]],
    ['a copy from before the beginning', [3, 0, 1, 6, 9, 0]],
    ['a copy beyond the end', [3, 0, 1, 0xfe, 1, 0]],
    ['too little', [3, 0, 1]],
    ['nothing', []],
    ['a length that does not end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
  ])('refuses a Snappy block with %s', ([, input]) => {
    expect(() => uncompressSnappy(bytes(...input), 3)).toThrow(DamagedBytes);
  });

  test('holds each compression to the length that the page claims', () => {
    const packed = gzipSync(text);
    expect(decompress(packed, 20, 'GZIP')).toHaveLength(20);
    expect(decompress(packed, 0, 'GZIP')).toHaveLength(0);
    expect(() => decompress(packed, 19, 'GZIP')).toThrow();
    expect(() => decompress(packed, 21, 'GZIP')).toThrow('does not have the length');
    expect(() => decompress(text, 21, 'UNCOMPRESSED')).toThrow('does not have the length');
    expect(() => decompress(text, -1, 'UNCOMPRESSED')).toThrow('claims a page of -1 bytes');
    for (const codec of ['SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4_RAW', 'UNCOMPRESSED']) {
      expect(() => decompress(text, 2 ** 31 - 1, codec)).toThrow('claims a page');
      expect(() => decompress(text, 2 ** 26, codec)).toThrow();
    }
    expect(() => decompress(deflateSync(text), 20, 'LZO')).toThrow('compression LZO is not read');
  });
});

describe('reading values', () => {
  test('runs are repeated or packed and never more than asked for', () => {
    expect([...readRuns(bytes(0x0a, 1), 1, 5)]).toEqual([1, 1, 1, 1, 1]);
    expect([...readRuns(bytes(0xfe, ...HUGE.slice(1), 2), 3, 4)]).toEqual([2, 2, 2, 2]);
    expect([...readRuns(bytes(0x03, 0x88, 0xc6, 0xfa), 3, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...readRuns(bytes(0x03, 0x21, 0x43), 4, 3)]).toEqual([1, 2, 3]);
    expect([...readRuns(bytes(0x02, 0xff, 0xff, 0xff, 0xff), 32, 1)]).toEqual([2 ** 32 - 1]);
    expect([...readRuns(bytes(0x04), 0, 2)]).toEqual([0, 0]);
    expect(() => readRuns(bytes(0x02, 1), 33, 1)).toThrow('too many bits');
    expect(() => readRuns(bytes(0x00, 1, 0x00, 1), 1, 1)).toThrow(MissingBytes);
    expect(() => readRuns(bytes(0x03), 1, 8)).toThrow(DamagedBytes);
  });

  test('plain values end where their bytes end', () => {
    expect(readPlain(bytes(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff), 'INT32', 2)).toEqual([1, -1]);
    expect(readPlain(bytes(2, 0, 0, 0, 0, 0, 0, 0), 'INT64', 1)).toEqual([2]);
    expect(readPlain(bytes(1, 0, 0, 0, 65), 'BYTE_ARRAY', 1)).toEqual([bytes(65)]);
    expect(() => readPlain(bytes(1, 0, 0), 'INT32', 1)).toThrow(DamagedBytes);
    expect(() => readPlain(bytes(1, 0, 0, 0), 'INT32', 2 ** 31)).toThrow(DamagedBytes);
    expect(() => readPlain(bytes(0xff, 0xff, 0xff, 0xff, 65), 'BYTE_ARRAY', 1)).toThrow(DamagedBytes);
    expect(() => readPlain(bytes(1), 'BOOLEAN', 1)).toThrow('type BOOLEAN are not read');
  });

  test('differences are checked before they are added up', () => {
    const header = [0x80, 1, 4];
    expect(readDeltas(bytes(...header, 3, 8, 2, 0, 0, 0, 0), 3)).toEqual({ values: [4, 5, 6], end: 10 });
    expect(() => readDeltas(bytes(...header, 4, 8), 3)).toThrow('header of its differences');
    expect(() => readDeltas(bytes(0x80, 1, 0, 3, 8), 3)).toThrow('header of its differences');
    expect(() => readDeltas(bytes(0, 4, 3, 8), 3)).toThrow('header of its differences');
    expect(() => readDeltas(bytes(...header, 3, 8, 2, 33, 0, 0, 0), 3)).toThrow('too large');
    expect(() => readDeltas(bytes(...header, 3, 8, 2, 1, 0), 3)).toThrow(MissingBytes);
    expect(() => readDeltaLengths(bytes(...header, 1, 3), 1)).toThrow(MissingBytes);
    expect(readDeltaLengths(bytes(...header, 1, 4, 65, 66), 1)).toEqual([bytes(65, 66)]);
  });
});
