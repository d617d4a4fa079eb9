import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintSource } from '#artifacts/fingerprint';
import { tempFolder } from '#test/support/temp-folder';

function makeFolder(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'b'));
  writeFileSync(join(folder, 'b', 'two'), '2');
  writeFileSync(join(folder, 'a'), '1');
  return folder;
}

describe('fingerprintSource', () => {
  it('depends on names and content, not on times or on where the folder lies', async () => {
    const [first, second] = [makeFolder(), makeFolder()];
    utimesSync(join(second, 'a'), new Date(0), new Date(0));
    const { fingerprint, fileCount } = await fingerprintSource(first);
    expect(fileCount).toBe(2);
    expect((await fingerprintSource(second)).fingerprint).toBe(fingerprint);
  });

  it('changes when a byte or a name changes', async () => {
    const folder = makeFolder();
    const before = (await fingerprintSource(folder)).fingerprint;
    renameSync(join(folder, 'a'), join(folder, 'c'));
    const renamed = (await fingerprintSource(folder)).fingerprint;
    writeFileSync(join(folder, 'c'), '3');
    const changed = (await fingerprintSource(folder)).fingerprint;
    expect(new Set([before, renamed, changed]).size).toBe(3);
  });

  it('sees what links lead to, and does not run in circles', async () => {
    const [linked, target] = [tempFolder(), makeFolder()];
    symlinkSync(target, join(linked, 'class'));
    symlinkSync(linked, join(target, 'back'));
    const before = await fingerprintSource(linked);
    expect(before.fileCount).toBe(2);
    writeFileSync(join(target, 'a'), 'changed');
    expect((await fingerprintSource(linked)).fingerprint).not.toBe(before.fingerprint);
  });

  it('leaves out hidden files', async () => {
    const folder = makeFolder();
    const before = await fingerprintSource(folder);
    writeFileSync(join(folder, '.DS_Store'), 'x');
    expect(await fingerprintSource(folder)).toEqual(before);
  });

  it('says which source is missing', async () => {
    await expect(fingerprintSource('/no/such/folder')).rejects.toMatchObject({
      code: 'source_missing',
      data: { path: '/no/such/folder' },
    });
  });
});
