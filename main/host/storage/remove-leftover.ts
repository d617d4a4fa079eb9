import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Leftover } from './leftovers';

/**
 * Removes a leftover unless it has come into use. A folder loses its name at once and its content afterwards: who
 * makes a folder of that name meanwhile gets a new one.
 *
 * @returns whether it was removed
 * @throws the system's error if it cannot be
 */
export async function removeLeftover({ path, isFolder, mayGo }: Leftover): Promise<boolean> {
  if (!mayGo()) return false;
  if (!isFolder) {
    rmSync(path);
    return true;
  }
  const removed = join(dirname(path), `.removing-${randomUUID()}`);
  renameSync(path, removed);
  await rm(removed, { recursive: true, force: true });
  return true;
}
