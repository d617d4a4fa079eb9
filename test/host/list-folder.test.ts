import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFolder } from '#host/list-folder';
import { parseMounts } from '#host/mount-points';
import { tempFolder } from '#test/support/temp-folder';

function makeFolder(): string {
  const folder = tempFolder();
  for (const name of ['class 10', 'class 9', '.cache']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'B.txt'), '12345');
  writeFileSync(join(folder, 'a.txt'), '');
  writeFileSync(join(folder, '.hidden'), '');
  return folder;
}

describe('a listing', () => {
  it('has folders first and counts as people do, with the sizes of files', async () => {
    const folder = makeFolder();
    const { entries, path, file, hidden, omitted } = await listFolder(folder, false);
    expect(entries.map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes])).toEqual([
      ['class 9', 'folder', null],
      ['class 10', 'folder', null],
      ['a.txt', 'file', 0],
      ['B.txt', 'file', 5],
    ]);
    expect(entries[0].path).toBe(join(folder, 'class 9'));
    expect({ path, file, hidden, omitted }).toEqual({ path: folder, file: null, hidden: 2, omitted: 0 });
  });

  it('has names that begin with a dot if it is told to', async () => {
    const { entries, hidden } = await listFolder(makeFolder(), true);
    expect(entries.map(({ name }) => name)).toContain('.cache');
    expect(hidden).toBe(0);
  });

  it('follows links, and leaves out those that lead nowhere', async () => {
    const folder = makeFolder();
    symlinkSync(join(folder, 'class 9'), join(folder, 'linked'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    symlinkSync(folder, join(folder, 'back'));
    const { entries } = await listFolder(folder, false);
    const kinds = Object.fromEntries(entries.map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({ linked: 'folder', back: 'folder' });
    expect(kinds).not.toHaveProperty('dangling');
  });

  it('is that of the folder of a file, with the file chosen', async () => {
    const folder = makeFolder();
    expect(await listFolder(join(folder, 'B.txt'), false)).toMatchObject({
      path: folder,
      file: join(folder, 'B.txt'),
    });
  });

  it('says how one comes back: from the root down, and where one begins', async () => {
    const folder = makeFolder();
    const { trail, places } = await listFolder(folder, false);
    expect(trail.at(0)!.path).toBe('/');
    expect(trail.slice(-2)).toEqual([
      { name: basename(dirname(folder)), path: dirname(folder) },
      { name: basename(folder), path: folder },
    ]);
    expect(places.slice(0, 2)).toEqual([
      { name: 'Home', path: homedir() },
      { name: '/', path: '/' },
    ]);
  });

  it.each([null, '~', '~/', '.'])('begins in the home folder for %j', async (path) => {
    expect((await listFolder(path, false)).path).toBe(homedir());
  });

  it('is cut where there is too much to show', async () => {
    const folder = tempFolder();
    for (let n = 0; n < 2003; n++) writeFileSync(join(folder, `${n}.png`), '');
    const { entries, omitted } = await listFolder(folder, false);
    expect([entries.length, omitted, entries.at(-1)!.name]).toEqual([2000, 3, '1999.png']);
  });
});

describe('what cannot be listed is said in plain words:', () => {
  it('a path that leads nowhere', async () => {
    await expect(listFolder('/no/such/place', false)).rejects.toMatchObject({
      code: 'source_missing',
      message: 'There is nothing at /no/such/place.',
    });
  });

  it('a path through a file', async () => {
    const folder = makeFolder();
    await expect(listFolder(join(folder, 'a.txt', 'x'), false)).rejects.toThrow(/is a file, not a folder/);
  });

  // The superuser may look everywhere.
  it.skipIf(process.getuid?.() === 0)('a folder that is closed to this user', async () => {
    const folder = makeFolder();
    chmodSync(join(folder, 'class 9'), 0);
    await expect(listFolder(join(folder, 'class 9'), false)).rejects.toThrow(/You have no permission/);
  });
});

describe('mounted disks', () => {
  it('are those of people, by the names that they have', () => {
    const text = [
      '/dev/sda1 / ext4 rw 0 0',
      'proc /proc proc rw 0 0',
      '/dev/sda2 /boot vfat rw 0 0',
      '/dev/sdb1 /data ext4 rw 0 0',
      'server:/share /mnt/group\\040share nfs4 rw 0 0',
      '/dev/sdc1 /run/media/me/stick exfat rw 0 0',
      '/dev/loop0 /snap/core squashfs ro 0 0',
      '/dev/sdb1 /etc/hosts ext4 rw 0 0',
      'tmpfs /run/user/1000 tmpfs rw 0 0',
      '',
    ].join('\n');
    expect(parseMounts(text)).toEqual(['/data', '/mnt/group share', '/run/media/me/stick']);
  });
});
