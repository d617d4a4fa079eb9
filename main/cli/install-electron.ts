import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findElectron } from '#host/find-electron';
import type { Output } from './output';

/** An attempt that has not ended by then is given up. */
const TIME_LIMIT_MS = 10 * 60 * 1000;

/**
 * Fetches the Electron program, once: the first time the workbench is opened, and never again by
 * itself if that did not work (there may be no network on purpose).
 *
 * @param root the program's own folder
 * @returns the path of the executable, or null if it could not be had
 */
export async function installElectron(root: string, output: Output): Promise<string | null> {
  const tried = join(root, 'out', 'electron-tried');
  if (existsSync(tried)) return null;
  let installer: string;
  try {
    const nodeRequire = createRequire(join(root, 'package.json'));
    installer = join(dirname(nodeRequire.resolve('electron/package.json')), 'install.js');
  } catch {
    return null;
  }
  output.note('Fetching the Electron program (once) …');
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [installer], { stdio: 'ignore', timeout: TIME_LIMIT_MS });
    child.on('error', () => resolve(null));
    child.on('exit', resolve);
  });
  const executable = code === 0 ? findElectron(root) : null;
  if (executable === null) {
    writeFileSync(tried, '');
    output.note(
      'It could not be fetched. "npm run setup:electron" tries again; a browser window works as well.',
    );
  }
  return executable;
}
