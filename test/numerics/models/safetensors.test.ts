import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { RandomStream } from '#numerics/engine/random';
import { decodeSafetensors, encodeSafetensors } from '#numerics/models/safetensors';
import type { NamedArray } from '#numerics/engine/tensor';

function array(shape: number[], values: number[]): NamedArray {
  return { shape, data: Float32Array.from(values) };
}

/** Writes a file with any header, right or wrong. */
function file(header: unknown, data: readonly number[] = [], headerLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('encodeSafetensors', () => {
  const tensors = new Map([
    ['b.weight', array([2, 1], [1, -2])],
    ['a.bias', array([1], [0.5])],
  ]);

  it('writes the bytes of the format, names sorted and the header padded to 8 bytes', () => {
    const header =
      '{"__metadata__":{"format":"pt"},"a.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
      '"b.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
    const expected = file(padded, [0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
    expect(encodeSafetensors(tensors, { format: 'pt' })).toEqual(expected);
  });

  it('writes the same bytes whatever the order of names', () => {
    const reversed = new Map([...tensors].reverse());
    expect(encodeSafetensors(reversed, { x: '1', a: '2' })).toEqual(
      encodeSafetensors(tensors, { a: '2', x: '1' }),
    );
  });

  it('refuses numbers that do not fit their shape', () => {
    expect(() => encodeSafetensors(new Map([['a', array([3], [1])]]), {})).toThrow('internal: tensor "a"');
  });
});

describe('decodeSafetensors', () => {
  it('gives back what was written, bit for bit', () => {
    const tensors = new Map([
      ['empty', array([0, 3], [])],
      ['scalar', array([], [Math.PI])],
      ['quotes "and" ünïcode', array([2, 3], [1e-45, -0, 3.4e38, NaN, Infinity, -1])],
    ]);
    const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(tensors, { a: 'b' }), 'x');
    expect(read).toEqual(tensors);
    expect(metadata).toEqual({ a: 'b' });
  });

  it('reads a file that does not begin on a word boundary', () => {
    const bytes = encodeSafetensors(new Map([['a', array([2], [1, 2])]]), {});
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1), 'x').tensors.get('a')!.data).toEqual(Float32Array.of(1, 2));
  });

  it('widens half-precision numbers exactly', () => {
    const halves = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000];
    const data = halves.flatMap((half) => [half & 0xff, half >>> 8]);
    const { tensors } = decodeSafetensors(file({ a: entry('F16', [8], 0, 16) }, data), 'x');
    expect([...tensors.get('a')!.data]).toEqual([1, -2, 2 ** -24, 65504, Infinity, -Infinity, NaN, -0]);
  });

  it('widens bfloat16 numbers exactly', () => {
    const data = [0x80, 0x3f, 0x00, 0xc0, 0x49, 0x40];
    const { tensors } = decodeSafetensors(file({ a: entry('BF16', [3], 0, 6) }, data), 'x');
    expect([...tensors.get('a')!.data]).toEqual([1, -2, 3.140625]);
  });

  const eight = [0, 0, 0, 0, 0, 0, 0, 0];
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'is too short'],
    ['a header length beyond the file', file({}, [], 1000), 'ends before its header does'],
    ['an absurd header length', new Uint8Array(16).fill(0xff), 'ends before its header does'],
    ['a header that is cut off', file('{"a":', []), 'not JSON'],
    ['a header that is not an object', file('[1]'), 'not a JSON object'],
    ['a header that is not UTF-8', file('{}', [], 2).map((b, i) => (i === 8 ? 0xff : b)), 'not UTF-8'],
    ['an unknown type', file({ a: entry('I64', [1], 0, 8) }, eight), 'tensor "a" has type "I64"'],
    ['a type named like a method', file({ a: entry('toString', [1], 0, 8) }, eight), 'has type "toString"'],
    [
      'a size that does not fit the shape',
      file({ a: entry('F32', [3], 0, 8) }, eight),
      'tensor "a" has 8 bytes',
    ],
    ['a negative length', file({ a: entry('F32', [-2], 0, 8) }, eight), 'tensor "a" is described wrongly'],
    ['a huge shape', file({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 8) }, eight), 'tensor "a" has 8 bytes'],
    ['an offset beyond the file', file({ a: entry('F32', [4], 0, 16) }, eight), 'beyond the end'],
    [
      'overlapping tensors',
      file({ a: entry('F32', [1], 0, 4), b: entry('F32', [2], 0, 8) }, eight),
      'overlaps',
    ],
    ['a gap', file({ a: entry('F32', [1], 4, 8) }, eight), 'leaves a gap'],
    ['bytes left over', file({ a: entry('F32', [1], 0, 4) }, eight), '4 bytes that belong to no tensor'],
    ['reversed offsets', file({ a: entry('F32', [1], 8, 4) }, eight), 'tensor "a" has -4 bytes'],
    [
      'a tensor described twice',
      file(
        `{"a":${JSON.stringify(entry('F32', [2], 0, 8))}, "\\u0061":${JSON.stringify(entry('F32', [2], 0, 8))}}`,
        eight,
      ),
      'tensor "a" is described twice',
    ],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }), 'metadata'],
    [
      'fields that do not belong',
      file({ a: { ...entry('F32', [2], 0, 8), x: 1 } }, eight),
      'described wrongly',
    ],
  ])('refuses %s, naming the file', (_, bytes, problem) => {
    const read = () => decodeSafetensors(bytes, 'model.safetensors');
    expect(read).toThrow(AppError);
    expect(read).toThrow('model.safetensors');
    expect(read).toThrow(problem);
  });

  it('survives 2,000 random mutations with nothing but its own error', () => {
    const stream = new RandomStream(1, 'fuzz');
    const intact = encodeSafetensors(
      new Map([
        ['a', array([2, 2], [1, 2, 3, 4])],
        ['b', array([3], [5, 6, 7])],
      ]),
      { note: 'text' },
    );
    const alphabet = new TextEncoder().encode('{}[]",:0123456789-eF\\ \u00ff');
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const length = stream.uniform() < 0.2 ? stream.integer(intact.length) : intact.length;
      const mutant = intact.slice(0, length);
      for (let change = stream.integer(4); change >= 0 && length > 0; change--) {
        const position =
          stream.uniform() < 0.2 ? stream.integer(Math.min(8, length)) : stream.integer(length);
        mutant[position] =
          stream.uniform() < 0.5 ? alphabet[stream.integer(alphabet.length)] : stream.integer(256);
      }
      try {
        decodeSafetensors(mutant, 'mutant');
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).code).toBe('checkpoint_format');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
