import { writeZip, type WrittenEntry } from '#test/numerics/files/zip-writer';

// Parts of pickles are texts of one character a byte, so that they can be put together with `+`.

/** Finishes a pickle. */
export function pickle(...parts: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(`${parts.join('')}.`, 'latin1'));
}

/** A number of 32 bits, as arguments have it. */
export function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
}

/** A text. */
export function text(value: string): string {
  const bytes = Buffer.from(value);
  return `X${word(bytes.length)}${bytes.toString('latin1')}`;
}

/** A whole number from 0. */
export function int(value: number): string {
  return `J${word(value)}`;
}

/** The name of a class or function. */
export function named(module: string, name: string): string {
  return `c${module}\n${name}\n`;
}

/** A tuple. */
export function tuple(...items: readonly string[]): string {
  return `(${items.join('')}t`;
}

/** A list. */
export function list(...items: readonly string[]): string {
  return `](${items.join('')}e`;
}

/** A dict of keys and values in turn. */
export function dict(...items: readonly string[]): string {
  return `}(${items.join('')}u`;
}

/** What calls a function. */
export function call(callable: string, ...args: readonly string[]): string {
  return `${callable}${tuple(...args)}R`;
}

/** A storage of float32 numbers. */
export function storage(key: string, count: number, type = 'FloatStorage'): string {
  return `${tuple(text('storage'), named('torch', type), text(key), text('cpu'), int(count))}Q`;
}

/** What a tensor says about itself besides its storage; each can be any part of a pickle. */
export interface WrittenTensor {
  readonly offset?: string;
  readonly shape: string;
  readonly strides: string;
}

/** A tensor in a storage. */
export function tensor(stored: string, { offset = int(0), shape, strides }: WrittenTensor): string {
  return call(named('torch._utils', '_rebuild_tensor_v2'), stored, offset, shape, strides, '\x89', '}');
}

/** Whole numbers in a tuple. */
export function ints(...values: readonly number[]): string {
  return tuple(...values.map(int));
}

/** A zip archive as `torch.save` writes it. */
export function torchZip(
  content: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: readonly WrittenEntry[] = [],
): Uint8Array {
  return writeZip([
    { name: 'archive/data.pkl', data: content },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    ...more,
  ]);
}

/** Float32 numbers as bytes. */
export function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A file as `torch.save` wrote it before it wrote zip archives. */
export function legacyFile(
  content: Uint8Array,
  keys: Uint8Array,
  data: Uint8Array,
  header = legacyHeader(),
): Uint8Array {
  return new Uint8Array(Buffer.concat([header, content, keys, data]));
}

/** The three pickles before the content. */
export function legacyHeader(version = 1001, isLittleEndian = true): Uint8Array {
  return new Uint8Array(
    Buffer.concat([
      pickle('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19'),
      pickle(int(version)),
      pickle(dict(text('little_endian'), isLittleEndian ? '\x88' : '\x89')),
    ]),
  );
}

/** A storage in such a file: its length and numbers. */
export function legacyStorage(count: number, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(BigInt(count));
  return new Uint8Array(Buffer.concat([length, data]));
}
