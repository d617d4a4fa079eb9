import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { memorySource } from '#numerics/files/byte-source';
import { readZipEntries } from '#numerics/files/zip-archive';
import { writeZip, type WrittenEntry } from './zip-writer';

const bytes = (text: string) => new TextEncoder().encode(text);
const entry = (name: string, text = name, more: Partial<WrittenEntry> = {}): WrittenEntry => ({
  name,
  data: bytes(text),
  ...more,
});
const read = (archive: Uint8Array) =>
  readZipEntries(memorySource(archive, 'some.zip', 'dataset_format'), 'dataset_format');

describe('readZipEntries', () => {
  it('tells where the data of every file lies', async () => {
    const archive = writeZip([entry('a/one', 'first'), entry('a/', ''), entry('a/two', ''), entry('three')]);
    const entries = await read(archive);
    expect([...entries.keys()]).toEqual(['a/one', 'a/two', 'three']);
    const contents = [...entries.values()].map(({ start, size }) =>
      new TextDecoder().decode(archive.subarray(start, start + size)),
    );
    expect(contents).toEqual(['first', '', 'three']);
  });

  it('says which files do not lie there as they are', async () => {
    const entries = await read(
      writeZip([
        entry('plain'),
        entry('deflated', 'x', { method: 8 }),
        entry('locked', 'x', { method: 99, flags: 1 }),
      ]),
    );
    expect([...entries.values()].map(({ isPlain }) => isPlain)).toEqual([true, false, false]);
  });

  const intact = writeZip([entry('a'), entry('b')]);
  it.each<[string, Uint8Array, string]>([
    ['an archive that is cut off', intact.subarray(0, intact.length - 5), 'may be incomplete'],
    ['an archive whose beginning is missing', intact.subarray(3), 'cannot be read'],
    ['no archive', bytes('something else'), 'cannot be read'],
    ['an empty file', new Uint8Array(0), 'cannot be read'],
    ['a name that climbs', writeZip([entry('a/../../b')]), 'invalid relative path'],
    ['an absolute name', writeZip([entry('/etc/passwd')]), 'absolute path'],
    ['a name with backslashes', writeZip([entry('a\\b')]), 'invalid characters'],
    ['a name that is there twice', writeZip([entry('a'), entry('a')]), 'two entries of the name "a"'],
    [
      'data that two entries share',
      writeZip([entry('a'), entry('b', 'b', { claimedStart: 0 })]),
      'overlaps another',
    ],
    [
      'data that reaches into the next',
      writeZip([entry('a', 'a', { claimedSize: 9 }), entry('b')]),
      'overlaps another',
    ],
    ['data that reaches into the list', writeZip([entry('a', 'a', { claimedSize: 9 })]), 'overlap the list'],
    ['data beyond the end', writeZip([entry('a', 'a', { claimedSize: 999 })]), 'overflows file bounds'],
    [
      'an entry that begins nowhere',
      writeZip([entry('a', 'a', { claimedStart: 7 })]),
      'invalid local file header',
    ],
    ['more entries than there are', writeZip([entry('a')], 7), 'ends before its content does'],
  ])('refuses %s, naming the archive', async (_, archive, problem) => {
    const error = await read(archive).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'dataset_format', data: { file: 'some.zip' } });
    expect((error as AppError).message).toMatch(/^some\.zip/);
    expect((error as AppError).message).toContain(problem);
  });

  it('refuses an archive that claims to have millions of entries', async () => {
    const end = new DataView(new ArrayBuffer(56 + 20 + 22));
    end.setUint32(0, 0x06064b50, true);
    end.setBigUint64(32, 5_000_000n, true);
    end.setUint32(56, 0x07064b50, true);
    end.setUint32(76, 0x06054b50, true);
    await expect(read(new Uint8Array(end.buffer))).rejects.toThrow('5000000 entries, which is too many');
  });
});
