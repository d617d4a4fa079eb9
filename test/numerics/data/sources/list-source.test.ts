import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSource } from '#numerics/data/sources/list-source';
import { tempFolder } from '#test/support/temp-folder';
import { writeTree } from './source-fixture';

describe('listing a source', () => {
  test('gives a file its own name', async () => {
    const folder = writeTree(['images.tar']);
    const path = relative(process.cwd(), join(folder, 'images.tar'));
    expect(await listSource(path)).toEqual({
      path: join(folder, 'images.tar'),
      isFolder: false,
      files: ['images.tar'],
    });
  });

  test('orders paths name by name and leaves out hidden ones', async () => {
    const folder = writeTree(['b/2', 'b/10', 'b.txt', 'b-c/1', 'Z', 'é', 'b/.hidden', '.cache/1', 'b/c/d/e']);
    expect(await listSource(folder)).toEqual({
      path: folder,
      isFolder: true,
      files: ['Z', 'b/10', 'b/2', 'b/c/d/e', 'b-c/1', 'b.txt', 'é'],
    });
  });

  test('follows links but not round in circles', async () => {
    const folder = writeTree(['a/1', 'elsewhere/2']);
    symlinkSync('..', join(folder, 'a/up'));
    symlinkSync('.', join(folder, 'a/same'));
    symlinkSync('../elsewhere', join(folder, 'a/linked'));
    symlinkSync('1', join(folder, 'a/file'));
    symlinkSync('gone', join(folder, 'a/gone'));
    symlinkSync('self', join(folder, 'a/self'));
    const { files } = await listSource(folder);
    expect(files).toEqual(['a/1', 'a/file', 'a/linked/2', 'elsewhere/2']);
  });

  test('passes over what is neither file nor folder', async () => {
    const folder = writeTree(['a/1']);
    execFileSync('mkfifo', [join(folder, 'a/pipe')]);
    expect((await listSource(folder)).files).toEqual(['a/1']);
  });

  test('says which path cannot be read', async () => {
    const path = join(tempFolder(), 'absent');
    await expect(listSource(path)).rejects.toMatchObject({ code: 'source_missing', data: { path } });
  });
});
