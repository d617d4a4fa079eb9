import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openMatFile, readMatFile } from '#numerics/data/mat-file/mat-file';
import { type MatValue } from '#numerics/data/mat-file/mat-value';
import { memorySource } from '#numerics/files/byte-source';
import { fuzz } from '#test/support/fuzz';
import { arrayOf, compressed, element, headOf, join, mat, matFile, words } from './mat-writer';

const fixtures = joinPath(import.meta.dirname, '../../fixtures/datasets');

interface Golden {
  readonly numbers: Readonly<Record<string, { readonly dims: number[]; readonly values: string[] }>>;
  readonly texts: Readonly<Record<string, string[]>>;
}

const golden = JSON.parse(readFileSync(joinPath(fixtures, 'mat.json'), 'utf8')) as Golden;
const files = ['mat-plain.mat', 'mat-compressed.mat'];

function read(bytes: Uint8Array, maximumBytes?: number): Promise<ReadonlyMap<string, MatValue>> {
  return readMatFile(memorySource(bytes, 'a.mat', 'dataset_format'), maximumBytes);
}

function readFixture(name: string): Promise<ReadonlyMap<string, MatValue>> {
  return read(readFileSync(joinPath(fixtures, name)));
}

const number = (value: number): MatValue => ({
  kind: 'numbers',
  dims: [1, 1],
  values: Float64Array.of(value),
});
const text = (value: string): MatValue => ({ kind: 'text', dims: [1, value.length], rows: [value] });

describe.each(files)('reading %s, which SciPy wrote', (name) => {
  test('gives numbers of all types', async () => {
    const values = await readFixture(name);
    for (const [variable, { dims, values: expected }] of Object.entries(golden.numbers)) {
      const value = values.get(variable)!;
      if (value.kind !== 'numbers') throw new Error(`${variable} is ${value.kind}`);
      expect(value.dims, variable).toEqual(dims);
      const isExact = value.values instanceof BigInt64Array || value.values instanceof BigUint64Array;
      const convert = (digits: string) =>
        isExact ? BigInt(digits) : digits === 'True' ? 1 : digits === 'False' ? 0 : Number(digits);
      expect(Array.from<number | bigint>(value.values), variable).toEqual(expected.map(convert));
    }
  });

  test('gives text, one string for each row', async () => {
    const values = await readFixture(name);
    for (const [variable, rows] of Object.entries(golden.texts)) {
      expect(values.get(variable)).toMatchObject({ kind: 'text', rows });
    }
  });

  test('gives cells and structures with all that they contain', async () => {
    const values = await readFixture(name);
    expect(values.get('cells')).toEqual({
      kind: 'cells',
      dims: [2, 2],
      cells: [
        number(1),
        text('two'),
        { kind: 'numbers', dims: [0, 0], values: new Float64Array() },
        {
          kind: 'cells',
          dims: [1, 2],
          cells: [text('inner'), { kind: 'numbers', dims: [1, 1], values: BigInt64Array.of(4n) }],
        },
      ],
    });
    expect(values.get('structs')).toEqual({
      kind: 'structs',
      dims: [1, 2],
      fields: new Map<string, MatValue[]>([
        ['name', [text('first'), text('second')]],
        [
          'a_field_with_a_long_name',
          [{ kind: 'numbers', dims: [1, 2], values: Int16Array.of(1, 2) }, text('text')],
        ],
      ]),
    });
  });

  test('passes over arrays that it does not read', async () => {
    const values = await readFixture(name);
    expect(values.get('complex')).toEqual({ kind: 'unread', dims: [1, 1] });
    expect(values.get('sparse')).toEqual({ kind: 'unread', dims: [3, 3] });
  });

  test('keeps its footing on damaged files', async () => {
    const result = await fuzz({
      originals: [readFileSync(joinPath(fixtures, name))],
      read,
      allowed: ['dataset_format'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(0);
  });
});

const three = arrayOf('three', [1, 1], Uint8Array.of(3));
const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

/** A variable of a class with given content. */
function variable(
  arrayClass: number,
  dims: readonly number[],
  ...content: readonly Uint8Array[]
): Uint8Array {
  return element(mat.matrix, join(headOf(arrayClass, dims, 'v'), ...content));
}

/** Cells without content. */
function emptyCells(count: number): Uint8Array {
  return new Uint8Array(new Uint32Array(2 * count).map((_, i) => (i % 2 === 0 ? mat.matrix : 0)).buffer);
}

function nested(depth: number): Uint8Array {
  const inner = depth === 0 ? element(mat.matrix, new Uint8Array(0)) : nested(depth - 1);
  return element(mat.matrix, join(headOf(1, [1, 1], depth === 40 ? 'v' : ''), inner));
}

describe('reading MAT files', () => {
  test('lists variables without reading them', async () => {
    const source = memorySource(matFile(compressed(three), variable(6, [2, 3])), 'a.mat', 'dataset_format');
    const variables = await openMatFile(source);
    expect([...variables.values()].map(({ name, dims }) => [name, dims])).toEqual([
      ['three', [1, 1]],
      ['v', [2, 3]],
    ]);
    expect(await variables.get('three')!.read()).toMatchObject({ values: bytes(3) });
    await expect(variables.get('v')!.read()).rejects.toThrow('ends within an array');
  });

  test('passes over other elements, nameless variables and classes without names', async () => {
    const opaque = element(mat.matrix, element(mat.uint32, words(17, 0)));
    const others = [element(mat.int8, bytes(1, 2, 3)), words((2 << 16) | mat.int8, 0), opaque];
    const nameless = arrayOf('', [1, 1], bytes(1));
    const empty = [element(mat.matrix, bytes()), compressed(element(mat.matrix, bytes()))];
    const values = await read(matFile(...others, nameless, ...empty, three));
    expect([...values.keys()]).toEqual(['three']);
  });

  test('reads a last variable whose filling is left out', async () => {
    const whole = matFile(arrayOf('v', [1, 9], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)));
    const cut = whole.slice(0, -7);
    new DataView(cut.buffer).setUint32(132, cut.length - 136, true);
    expect((await read(cut)).get('v')).toMatchObject({ values: { length: 9 } });
  });

  test('reads a file without variables', async () => {
    expect((await read(matFile())).size).toBe(0);
  });

  const header = matFile();
  const withBytes = (offset: number, ...values: number[]): Uint8Array => {
    const copy = new Uint8Array(header);
    copy.set(values, offset);
    return copy;
  };
  const hdf5 = new Uint8Array(header);
  hdf5.set(Buffer.from('MATLAB 7.3 MAT-file'));
  const claims = (size: number): Uint8Array =>
    element(mat.compressed, deflateSync(join(words(mat.matrix, size), three.subarray(8))));
  const flags = element(mat.uint32, words(6, 0));
  const cell = element(mat.matrix, bytes());
  const fieldNames = (length: number, names: string): Uint8Array =>
    join(element(mat.int32, words(length)), element(mat.int8, Buffer.from(names)));

  test.each<[string, Uint8Array]>([
    ['it is not a MAT file of level 5', bytes()],
    ['it is not a MAT file of level 5', new Uint8Array(200)],
    ['it is not a MAT file of level 5', withBytes(124, 0, 2)],
    ['its numbers are big-endian', withBytes(124, 1, 0, 0x4d, 0x49)],
    ['version 7.3 (HDF5), which is not read', hdf5],
    ['version 7.3 (HDF5), which is not read', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')],
    ['ends before its content does', join(header, bytes(14, 0, 0))],
    ['it ends within a variable', matFile(three).subarray(0, -8)],
    ['it ends within a variable', matFile(compressed(three)).subarray(0, -8)],
    ['it ends within a variable', matFile(words(mat.matrix, 0xffff_ffff))],
    ['it ends within a variable', matFile(words(mat.compressed, 0xffff_ffff))],
    ['it has two variables named "three"', matFile(three, compressed(three))],
    ['it has too many variables', matFile(...Array<Uint8Array>(10_002).fill(cell))],
    ['damaged or cut short', matFile(element(mat.compressed, bytes(1, 2, 3, 4)))],
    ['damaged or cut short', matFile(element(mat.compressed, deflateSync(three).subarray(0, -4)))],
    ['a compressed variable without content', matFile(compressed(bytes(1)))],
    ['shorter than they say', matFile(claims(three.length))],
    ['shorter than they say', matFile(claims(2 ** 29))],
    ['longer than they say', matFile(claims(three.length - 16))],
    ['its variables are longer than 1024 MiB', matFile(claims(2 ** 30))],
    ['its variables are longer than 1024 MiB', matFile(claims(0xffff_fff0))],
    ['an array in it has no flags', matFile(element(mat.matrix, element(mat.uint32, words(6))))],
    ['it has data of type 1 where another', matFile(element(mat.matrix, element(mat.int8, words(6, 0))))],
    ['dimensions of 4 bytes', matFile(element(mat.matrix, join(flags, element(mat.int32, words(1)))))],
    ['a negative dimension', matFile(variable(6, [1, -1]))],
    ['numbers stored as type 16', matFile(variable(6, [1, 1], element(mat.utf8, bytes(1))))],
    ['an array of 2 numbers in it has 1 bytes', matFile(variable(6, [1, 2], element(mat.int8, bytes(1))))],
    ['says that it is longer than it is', matFile(variable(6, [1, 2], words(mat.int8, 99)))],
    ['says that it is longer than it is', matFile(variable(6, [1, 2], words((5 << 16) | 1, 99, 99)))],
    ['it ends within an array', matFile(variable(1, [1, 3], cell, cell))],
    ['it ends within an array', matFile(variable(1, [2 ** 31 - 1, 2 ** 31 - 1], cell))],
    ['it ends within an array', matFile(variable(2, [2, 1], fieldNames(4, 'a\0\0\0'), cell))],
    ['another type belongs', matFile(variable(1, [1, 1], element(mat.int8, bytes(1))))],
    ['two fields of one name', matFile(variable(2, [1, 1], fieldNames(2, 'a\0a\0'), cell, cell))],
    ['damaged names of fields', matFile(variable(2, [1, 1], fieldNames(0, 'a'), cell))],
    ['damaged names of fields', matFile(variable(2, [1, 1], fieldNames(65, 'a'), cell))],
    ['damaged names of fields', matFile(variable(2, [1, 1], fieldNames(2, 'abc'), cell))],
    [
      'damaged names of fields',
      matFile(variable(2, [1, 1], element(mat.int32, words(1, 2)), element(mat.int8, bytes(65)), cell)),
    ],
    ['a text of 1 × 3 characters in it has 2', matFile(arrayOf('v', [1, 3], 'ab'))],
    ['unknown encoding', matFile(variable(4, [1, 1], element(mat.uint32, words(65))))],
    ['unknown encoding', matFile(variable(4, [1, 1], element(mat.utf8, bytes(0xff))))],
    ['a text that is too long', matFile(variable(4, [1, 1], element(mat.utf8, new Uint8Array(2 ** 20 + 1))))],
    ['nested too deep', matFile(nested(40))],
    ['it has too many values', matFile(variable(1, [2_000_001, 1], emptyCells(2_000_001)))],
  ])('refuses files of which it says: %s', async (problem, content) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'dataset_format',
      data: { file: 'a.mat' },
      message: expect.stringContaining(problem) as unknown,
    });
  });

  test('reads text in older encodings and beyond 16 bits', async () => {
    const values = await read(
      matFile(
        variable(4, [1, 2], element(mat.int8, Buffer.from('Zé', 'latin1'))),
        element(mat.matrix, join(headOf(4, [1, 2], 'w'), element(4, Buffer.from('車é', 'utf16le')))),
        arrayOf('points', [1, 2], 'a🙂'),
        arrayOf('units', [1, 3], 'a🙂'),
        arrayOf('none', [0, 0], ''),
        arrayOf('tall', [2 ** 30, 0], ''),
      ),
    );
    const rows = [...values].map(([name, value]) => [name, value.kind === 'text' ? value.rows : null]);
    expect(Object.fromEntries(rows)).toEqual({
      v: ['Zé'],
      w: ['車é'],
      points: ['a🙂'],
      units: ['a🙂'],
      none: [],
      tall: [],
    });
  });

  test('reads structures without elements or fields', async () => {
    const none = variable(2, [0, 0], fieldNames(4, 'a\0\0\0'));
    expect((await read(matFile(none))).get('v')).toMatchObject({ fields: new Map([['a', []]]) });
    const fieldless = variable(2, [2 ** 31 - 1, 2 ** 31 - 1], fieldNames(4, ''));
    expect((await read(matFile(fieldless))).get('v')).toMatchObject({ fields: new Map() });
  });

  test('takes another limit for the length of all variables', async () => {
    await expect(read(matFile(three, compressed(arrayOf('b', [1, 1], 'b'))), 100)).rejects.toThrow('MiB');
    await expect(read(matFile(three), 100)).resolves.toHaveProperty('size', 1);
  });
});
