import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Finds the Electron program without running any of Electron's code, which would try to download it.
 *
 * @param root the program's own folder
 * @returns the path of the executable, or null if it is not installed
 */
export function findElectron(root: string): string | null {
  const nodeRequire = createRequire(join(root, 'package.json'));
  let packageFolder: string;
  try {
    packageFolder = dirname(nodeRequire.resolve('electron/package.json'));
  } catch {
    return null;
  }
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const distribution = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageFolder, 'dist');
  const executable = join(distribution, readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? executable : null;
}
