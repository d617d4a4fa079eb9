import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { zipFiles } from '#report/bundle/zip-files';

const encode = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));

describe('zipFiles', () => {
  it('makes an archive that others read, the same each time', async () => {
    const files = { 'data/additions.json': '{"a": 1}', 'leer.txt': '', 'umlaut-ä.txt': 'ξ(α)' };
    const archive = zipFiles(encode(files));
    const read: Record<string, string> = {};
    const zip = await fromBufferPromise(Buffer.from(archive), { validateEntrySizes: true });
    for await (const entry of zip.eachEntry()) {
      read[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
    }
    expect(read).toEqual(files);
    expect(zipFiles(encode(files))).toEqual(archive);
    // CRC-32 of the check string of the standard, in the local header at byte 14.
    expect(new DataView(zipFiles(encode({ a: '123456789' })).buffer).getUint32(14, true)).toBe(0xcbf43926);
  });

  it('refuses what its fields cannot count', () => {
    const many = new Map(Array.from({ length: 65_536 }, (_, n) => [String(n), new Uint8Array()]));
    expect(() => zipFiles(many)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
