import { deflateSync } from 'node:zlib';

/** Numbers of data types and array classes, for the types that tests write. */
const types = [
  { Type: Uint8Array, data: 2, array: 9 },
  { Type: Float32Array, data: 7, array: 7 },
  { Type: Float64Array, data: 9, array: 6 },
] as const;

/** The type and class numbers that tests need to name. */
export const mat = { int8: 1, int32: 5, uint32: 6, matrix: 14, compressed: 15, utf8: 16 } as const;

/** Joins pieces. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** An element with its tag, filled up to a multiple of eight bytes. */
export function element(type: number, data: Uint8Array): Uint8Array {
  const padding = type === mat.compressed ? 0 : (8 - (data.length % 8)) % 8;
  return join(words(type, data.length), data, new Uint8Array(padding));
}

/** Little-endian words of 32 bits. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeInt32LE(value | 0, 4 * i));
  return new Uint8Array(bytes);
}

/** What an array begins with: flags with the class, dimensions, name. */
export function headOf(arrayClass: number, dims: readonly number[], name: string): Uint8Array {
  return join(
    element(mat.uint32, words(arrayClass, 0)),
    element(mat.int32, words(...dims)),
    element(mat.int8, Buffer.from(name)),
  );
}

/** A variable of numbers or text. */
export function arrayOf(
  name: string,
  dims: readonly number[],
  values: Uint8Array | Float32Array | Float64Array | string,
): Uint8Array {
  if (typeof values === 'string') {
    return element(mat.matrix, join(headOf(4, dims, name), element(mat.utf8, Buffer.from(values))));
  }
  const { data, array } = types.find(({ Type }) => values instanceof Type)!;
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return element(mat.matrix, join(headOf(array, dims, name), element(data, content)));
}

/** A variable in compressed form. */
export function compressed(variable: Uint8Array): Uint8Array {
  return element(mat.compressed, deflateSync(variable));
}

/** A MAT file of level 5 with the given elements. */
export function matFile(...elements: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.set([0, 1, 0x49, 0x4d], 124);
  return join(header, ...elements);
}
