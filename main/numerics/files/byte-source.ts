import { open } from 'node:fs/promises';
import { AppError, type ErrorCode } from '#contract/errors';

/** Node.js ends the process if it is asked for 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/** Bytes that can be read in any order, without holding all of them in memory. */
export interface ByteSource {
  /** What to call it in messages: a path, or a file inside an archive. */
  readonly label: string;
  /** Length in bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset`; the caller's own copy.
   *
   * @throws {AppError} of the source's code if they are not all there
   */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
}

/** A file that is open; whoever opened it closes it. */
export interface OpenFile extends ByteSource {
  readonly close: () => Promise<void>;
}

/**
 * Opens a file for reading parts of it.
 *
 * @param path the file
 * @param code what kind of error it is if the file turns out too short
 * @throws {AppError} `source_missing` if it cannot be opened
 */
export async function openFile(path: string, code: ErrorCode): Promise<OpenFile> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw missing(path, cause);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) {
      throw new AppError('source_missing', `${path} is not a file.`, { path });
    }
    const { size } = found;
    return {
      label: path,
      size,
      read: async (offset, length) => {
        requireInside({ label: path, size }, offset, length, code);
        const bytes = new Uint8Array(length);
        let done = 0;
        while (done < length) {
          const piece = Math.min(LARGEST_READ, length - done);
          const { bytesRead } = await handle
            .read(bytes, done, piece, offset + done)
            .catch((cause: unknown) => {
              throw missing(path, cause);
            });
          if (bytesRead === 0) throw tooShort(path, code);
          done += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Makes a source of bytes that are in memory already.
 *
 * @param bytes the whole content; not copied
 * @param label what to call it in messages
 * @param code what kind of error it is if something beyond the end is asked for
 */
export function memorySource(bytes: Uint8Array, label: string, code: ErrorCode): ByteSource {
  const size = bytes.byteLength;
  return {
    label,
    size,
    read: (offset, length) =>
      Promise.resolve().then(() => {
        requireInside({ label, size }, offset, length, code);
        return new Uint8Array(bytes.subarray(offset, offset + length));
      }),
  };
}

function requireInside(
  { label, size }: Pick<ByteSource, 'label' | 'size'>,
  offset: number,
  length: number,
  code: ErrorCode,
): void {
  const isInside =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= size;
  if (!isInside) throw tooShort(label, code);
}

function tooShort(label: string, code: ErrorCode): AppError {
  return new AppError(code, `${label} ends before its content does.`, { file: label });
}

function missing(path: string, cause: unknown): AppError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new AppError('source_missing', `${path} cannot be read (${reason}).`, { path }, { cause });
}
