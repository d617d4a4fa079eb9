import { createHash } from 'node:crypto';

/**
 * Returns the SHA-256 of bytes or UTF-8 text in lower-case hexadecimal.
 *
 * @param data what to hash
 * @returns 64 hex digits
 */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
