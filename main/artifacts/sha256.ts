import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * Returns the SHA-256 of bytes or UTF-8 text in lower-case hexadecimal.
 *
 * @param data what to hash
 * @returns 64 hex digits
 */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Returns the SHA-256 of a file's bytes, read in pieces.
 *
 * @param path the file
 * @param onBytes told the length of each piece; what it throws ends the reading
 * @returns 64 hex digits
 * @throws the system's error if it cannot be read
 */
export async function hashFile(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    onBytes((chunk as Buffer).length);
  }
  return hash.digest('hex');
}
