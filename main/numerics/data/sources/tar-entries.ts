import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { AppError } from '#contract/errors';
import { openFile } from '#numerics/files/byte-source';
import { formatError } from './source-errors';

const BLOCK = 512;

/** A file in an archive. */
export interface TarEntry {
  /** Path inside the archive, without `./` before it. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /**
   * Reads the content; only before the next entry is asked for.
   *
   * @throws {AppError} as {@link readTar}
   */
  readonly read: () => Promise<Uint8Array>;
}

/**
 * Reads the files of a tar archive one after the other, without holding more than one piece of it in
 * memory. Folders, links and hidden files are passed over.
 *
 * @param path the archive; it is compressed with gzip unless its name ends in `.tar`
 * @yields {TarEntry} each file in the order of the archive
 * @throws {AppError} `dataset_format` if the archive is damaged or cut short; `source_missing` if it
 *   cannot be read
 */
export async function* readTar(path: string): AsyncGenerator<TarEntry, void, void> {
  const isPlain = path.toLowerCase().endsWith('.tar');
  // Of a compressed archive, the checksum at its end tells whether it is whole.
  if (isPlain) await requireEndMark(path);
  const source = createReadStream(path);
  const archive = extract();
  const feeding = isPlain ? pipeline(source, archive) : pipeline(source, createGunzip(), archive);
  // A failure is raised where the entries are read; it must not end the process first.
  feeding.catch(() => undefined);
  try {
    for await (const entry of archive) {
      const { type, size } = entry.header;
      const name = entry.header.name.replace(/^(?:\.\/)+/, '');
      const isHidden = name.split('/').some((part) => part.startsWith('.'));
      if ((type === 'file' || type === 'contiguous-file') && !isHidden) {
        const read = (): Promise<Uint8Array> =>
          buffer(entry).catch((cause: unknown) => {
            throw asAppError(path, cause);
          });
        yield { name, size, read };
      }
      entry.resume();
    }
    await feeding;
  } catch (cause) {
    throw asAppError(path, cause);
  } finally {
    source.destroy();
    archive.destroy();
  }
}

/** An archive that was cut between two files shows it only by the missing blocks of zeros at its end. */
async function requireEndMark(path: string): Promise<void> {
  const file = await openFile(path, 'dataset_format');
  try {
    const end = await file.read(file.size - BLOCK, BLOCK);
    if (end.some((byte) => byte !== 0)) throw formatError(path, 'the archive is cut short');
  } finally {
    await file.close();
  }
}

function asAppError(path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const { syscall, code = 'unknown' } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined) {
    return new AppError('source_missing', `${path} cannot be read (${code}).`, { path }, { cause });
  }
  return formatError(path, 'the archive is damaged or cut short', cause);
}
