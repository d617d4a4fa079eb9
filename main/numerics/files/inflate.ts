import { pipeline } from 'node:stream/promises';
import { constants, createUnzip, unzipSync } from 'node:zlib';
import { AppError, type ErrorCode } from '#contract/errors';
import { type ByteSource } from './byte-source';

/** A byte of compressed data yields at most this many: the limit of the deflate format. */
const GREATEST_RATIO = 1032;

/** Bytes read from the source at a time. */
const CHUNK = 2 ** 20;

/** Where compressed data lie in a source. */
export interface CompressedRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Inflates what it can of the beginning of compressed data, gzip or zlib, to learn how long they claim
 * to be.
 *
 * @param head the first bytes of the data; at most 1032 times as many come back
 * @param label what to call the data in messages
 * @param code what kind of error it is if they are damaged
 * @throws {AppError} of that code
 */
export function inflateHead(head: Uint8Array, label: string, code: ErrorCode): Uint8Array {
  try {
    return unzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (cause) {
    throw damaged(label, code, cause);
  }
}

/**
 * Inflates compressed data, gzip or zlib, of which it is known how long they must become. Memory is taken
 * for no more than that, and only if data of this length can become so long.
 *
 * @param source where the data lie
 * @param range which bytes of the source they are
 * @param size how long they must become, in bytes
 * @param code what kind of error it is if they are damaged, or longer or shorter than that
 * @throws {AppError} of that code
 */
export async function inflate(
  source: ByteSource,
  range: CompressedRange,
  size: number,
  code: ErrorCode,
): Promise<Uint8Array> {
  const { label } = source;
  const wrongLength = (problem: string): AppError =>
    new AppError(code, `${label} has compressed data that are ${problem} than they say.`, { file: label });
  if (size > (range.length + 1) * GREATEST_RATIO) throw wrongLength('shorter');
  const inflated = new Uint8Array(size);
  let done = 0;
  try {
    await pipeline(readChunks(source, range), createUnzip({ chunkSize: 2 ** 16 }), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        if (done + chunk.length > size) throw wrongLength('longer');
        inflated.set(chunk, done);
        done += chunk.length;
      }
    });
  } catch (cause) {
    throw cause instanceof AppError ? cause : damaged(label, code, cause);
  }
  if (done < size) throw wrongLength('shorter');
  return inflated;
}

async function* readChunks(source: ByteSource, { offset, length }: CompressedRange) {
  for (let done = 0; done < length; done += CHUNK) {
    yield await source.read(offset + done, Math.min(CHUNK, length - done));
  }
}

function damaged(label: string, code: ErrorCode, cause: unknown): AppError {
  return new AppError(
    code,
    `${label} has compressed data that are damaged or cut short.`,
    { file: label },
    { cause },
  );
}
