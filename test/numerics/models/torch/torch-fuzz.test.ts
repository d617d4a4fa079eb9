import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource } from '#numerics/files/byte-source';
import { readZipEntries, type ZipEntry } from '#numerics/files/zip-archive';
import { openTorchFile } from '#numerics/models/torch/torch-file';
import { fuzz } from '#test/support/fuzz';
import { torchZip } from './pickle-writer';

const folder = new URL('../../../fixtures/torch/', import.meta.url);
const originals = readdirSync(folder)
  // One of types that are refused when they are read.
  .filter((name) => name.endsWith('.pt') && name !== 'types.pt')
  .sort()
  .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));

const sourceOf = (bytes: Uint8Array) => memorySource(bytes, 'mutant.pt', 'checkpoint_format');

async function readWhole(bytes: Uint8Array): Promise<void> {
  const { tensors } = await openTorchFile(sourceOf(bytes));
  for (const { read } of tensors.values()) await read();
}

/** A zip archive's pickle, and what makes an archive of another pickle and the same storages. */
async function takeApart(archive: Uint8Array) {
  const dataOf = ({ start, size }: ZipEntry) => archive.subarray(start, start + size);
  const entries = [...(await readZipEntries(sourceOf(archive), 'checkpoint_format')).values()];
  const pickle = dataOf(entries.find(({ name }) => name.endsWith('/data.pkl'))!);
  const storages = entries.flatMap((entry): [string, Uint8Array][] => {
    const key = /\/data\/([^/]+)$/.exec(entry.name)?.[1];
    return key === undefined ? [] : [[key, dataOf(entry)]];
  });
  return { pickle, assemble: (other: Uint8Array) => torchZip(other, Object.fromEntries(storages)) };
}

describe('openTorchFile', () => {
  it('reads every file that the damaged ones are made from', async () => {
    for (const original of originals) await readWhole(original);
  });

  it('refuses damaged files with its own error', async () => {
    const result = await fuzz({ originals, read: readWhole, allowed: ['checkpoint_format'] });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(result.accepted);
    expect(result.accepted).toBeGreaterThan(0);
  }, 600_000);

  it('refuses damaged pickles in intact archives with its own error', async () => {
    const archives = originals.filter((bytes) => bytes[0] === 'P'.charCodeAt(0));
    const parts = await Promise.all(archives.map(takeApart));
    const result = await fuzz({
      originals: parts.map(({ pickle }) => pickle),
      read: (pickle, which) => readWhole(parts[which].assemble(pickle)),
      allowed: ['checkpoint_format'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(result.accepted);
    expect(result.accepted).toBeGreaterThan(0);
  }, 600_000);
});
