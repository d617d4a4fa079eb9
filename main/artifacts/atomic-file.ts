import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';

/**
 * Replaces a file so that after a crash at any moment its old or its new content is there whole:
 * write beside it, flush to disk, rename, flush the folder.
 *
 * @param path the file
 * @param content its new bytes
 * @param mode its rights, before the process's mask
 * @throws the system's error (for example `ENOSPC`); the old content then still stands
 */
export async function writeFileAtomically(path: string, content: Uint8Array, mode = 0o666): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.partial`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Flushes a folder's entries, so that a rename in it survives a power cut. Windows cannot open
 * folders and flushes renames itself.
 *
 * @param path the folder
 */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
