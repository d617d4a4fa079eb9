import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataDirectory, openDataDirectory } from '#host/data-directory';
import { tempFolder } from '#test/support/temp-folder';

describe('openDataDirectory', () => {
  it('makes the folders of a data directory, as often as it is asked to', () => {
    const root = join(tempFolder(), 'deep', 'inside');
    openDataDirectory(root);
    const directory = openDataDirectory(root);
    for (const folder of [directory.root, directory.artifacts, directory.rendered]) {
      expect(statSync(folder).isDirectory()).toBe(true);
    }
    expect(directory.runDirectory('abc')).toBe(join(root, 'runs', 'abc'));
  });

  it('gives absolute paths for a relative one', () => {
    const root = tempFolder();
    expect(openDataDirectory(relative(process.cwd(), root)).root).toBe(root);
  });

  it.skipIf(process.platform === 'win32')('closes to other users what it makes, and nothing else', () => {
    const root = join(tempFolder(), 'data');
    openDataDirectory(root);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    const shared = tempFolder();
    chmodSync(shared, 0o755);
    openDataDirectory(shared);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
    expect(statSync(join(shared, 'artifacts')).mode & 0o777).toBe(0o700);
  });

  it('says in plain words that a folder cannot be used', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openDataDirectory(file)).toThrow(
      expect.objectContaining({ code: 'data_directory_unusable' }) as Error,
    );
  });
});

describe('defaultDataDirectory', () => {
  it('is what TANGENT_DATA_DIR says, else a folder in the home directory', () => {
    const home = join(homedir(), '.tangent-workbench');
    expect(defaultDataDirectory({ TANGENT_DATA_DIR: '/data' })).toBe('/data');
    expect(defaultDataDirectory({})).toBe(home);
    // Set but empty must not mean the current folder.
    expect(defaultDataDirectory({ TANGENT_DATA_DIR: '' })).toBe(home);
  });
});
