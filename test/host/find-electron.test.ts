import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findElectron } from '#host/find-electron';
import { tempFolder } from '#test/support/temp-folder';

function makeRoot(files: Record<string, string>): string {
  const root = tempFolder();
  for (const [name, content] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const manifest = { 'node_modules/electron/package.json': '{"name":"electron","version":"1.0.0"}' };
const pathFile = { 'node_modules/electron/path.txt': 'electron' };
/** What importing the package would run: it must stay unread. */
const trap = { 'node_modules/electron/index.js': 'throw new Error("a download would start here")' };

describe('findElectron', () => {
  beforeEach(() => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined);
    return () => void vi.unstubAllEnvs();
  });

  it('finds the program that the package has unpacked, without running the package', () => {
    const root = makeRoot({ ...manifest, ...pathFile, ...trap, 'node_modules/electron/dist/electron': '' });
    expect(findElectron(root)).toBe(join(root, 'node_modules/electron/dist/electron'));
  });

  it.each([
    ['there is no package', {}],
    ['the package was installed without its program', { ...manifest, ...trap }],
    ['the program was removed', { ...manifest, ...pathFile, ...trap }],
  ])('finds nothing when %s', (_, files) => {
    expect(findElectron(makeRoot(files))).toBeNull();
  });

  it('looks where ELECTRON_OVERRIDE_DIST_PATH points', () => {
    const root = makeRoot({ ...manifest, ...pathFile, 'elsewhere/electron': '' });
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', join(root, 'elsewhere'));
    expect(findElectron(root)).toBe(join(root, 'elsewhere', 'electron'));
  });
});
