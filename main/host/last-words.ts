import type { Readable } from 'node:stream';

const LENGTH = 4000;

/**
 * Keeps the end of what a process writes to its error stream.
 *
 * @param stream the stream; null if there is none to read
 * @returns gives the text so far
 */
export function collectLastWords(stream: Readable | null): () => string {
  let words = '';
  stream?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-LENGTH);
  });
  return () => words;
}
