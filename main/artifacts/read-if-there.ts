import { readFile } from 'node:fs/promises';

/**
 * Reads a file that an earlier attempt may have written.
 *
 * @param path the file
 * @returns its bytes, or null if it does not exist
 * @throws the system's error for a file that is there and cannot be read
 */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
