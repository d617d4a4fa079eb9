import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memorySource } from '#numerics/files/byte-source';
import { inflate, inflateHead } from '#numerics/files/inflate';

const text = Buffer.from('It is a long text that says the same again and again. '.repeat(60_000));

function inflateAll(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const source = memorySource(bytes, 'a.gz', 'dataset_format');
  return inflate(source, { offset: 0, length: bytes.length }, size, 'dataset_format');
}

describe('inflating data of a stated length', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['zlib', deflateSync(text)],
    ['uncompressed blocks', deflateSync(text, { level: 0 })],
  ])('gives the content of %s', async (_, packed) => {
    expect(Buffer.compare(await inflateAll(packed, text.length), text)).toBe(0);
  });

  test('reads a part of a source', async () => {
    const packed = deflateSync(text);
    const source = memorySource(Buffer.concat([Buffer.alloc(7), packed, text]), 'a', 'dataset_format');
    const inflated = await inflate(
      source,
      { offset: 7, length: packed.length },
      text.length,
      'dataset_format',
    );
    expect(Buffer.compare(inflated, text)).toBe(0);
  });

  test('gives nothing where nothing is stated', async () => {
    expect(await inflateAll(deflateSync(Buffer.alloc(0)), 0)).toEqual(new Uint8Array());
  });

  test.each([
    ['longer than they say', deflateSync(text), text.length - 1],
    ['shorter than they say', deflateSync(text), text.length + 1],
    ['shorter than they say', deflateSync(text), 2 ** 40],
    ['damaged or cut short', Buffer.alloc(0), 10],
    ['damaged or cut short', deflateSync(text).subarray(0, -5), text.length],
    ['damaged or cut short', Buffer.from('not compressed'), 10],
  ])('refuses data that are %s', async (problem, packed, size) => {
    await expect(inflateAll(packed, size)).rejects.toMatchObject({
      code: 'dataset_format',
      data: { file: 'a.gz' },
      message: expect.stringContaining(problem) as unknown,
    });
  });

  test('gives the beginning of data that go on', () => {
    const head = inflateHead(gzipSync(text).subarray(0, 200), 'a.gz', 'dataset_format');
    expect(head.length).toBeGreaterThan(0);
    expect(Buffer.compare(head, text.subarray(0, head.length))).toBe(0);
  });

  test('refuses a beginning that is damaged', () => {
    const damaged = () => inflateHead(Buffer.from('not compressed'), 'a.gz', 'dataset_format');
    expect(damaged).toThrow('a.gz has compressed data that are damaged');
  });
});
