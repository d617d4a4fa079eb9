import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Transform, type Readable } from 'node:stream';
import { openPromise, type Entry } from 'yauzl';
import { AppError } from '#contract/errors';

/** A Python wheel: a zip file with a list of the SHA-256 of its files. */
export interface Wheel {
  /** The text of a file in the wheel's own `*.dist-info` folder. */
  metadata(name: string): Promise<string>;
  /**
   * Writes files to disk and checks each against the wheel's list.
   *
   * @param target says where a file of the wheel goes; null leaves it out
   * @param onProgress told the bytes written so far and in all
   * @param signal breaks it off
   * @returns how many files were written
   */
  extract(
    target: (path: string) => string | null,
    onProgress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<number>;
  close(): void;
}

/**
 * Opens a wheel.
 *
 * @param path the file
 * @throws {AppError} `engine_install_failed` if it is no complete zip file, or is not a wheel
 */
export async function openWheel(path: string): Promise<Wheel> {
  const broken = (what: string, cause?: unknown) =>
    new AppError('engine_install_failed', `The wheel ${path} ${what}.`, { file: path }, { cause });
  const unreadable = (cause: unknown) =>
    broken(`cannot be read (${messageOf(cause)}); it may be incomplete`, cause);
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  const entries = new Map<string, Entry>();
  const open = (entry: Entry): Promise<Readable> => zip.openReadStreamPromise(entry);
  const metadata = async (name: string) => {
    const found = [...entries.values()].find(({ fileName }) => isMetadata(fileName, name));
    if (found === undefined) throw broken(`has no ${name}, so it is not a Python wheel`);
    return open(found)
      .then(textOf)
      .catch((cause: unknown) => {
        throw unreadable(cause);
      });
  };
  let listed: ReadonlyMap<string, string>;
  try {
    // Names are checked by the reader: none is absolute or climbs out of its folder.
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    listed = parseRecord(await metadata('RECORD'));
  } catch (error) {
    zip.close();
    throw error instanceof AppError ? error : unreadable(error);
  }

  return {
    metadata,
    extract: async (target, onProgress, signal) => {
      const wanted = [...entries.values()].flatMap((entry) => {
        const to = entry.fileName.endsWith('/') ? null : target(entry.fileName);
        return to === null ? [] : [{ entry, to }];
      });
      const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
      let done = 0;
      for (const { entry, to } of wanted) {
        await mkdir(dirname(to), { recursive: true });
        const hash = createHash('sha256');
        const tap = new Transform({
          transform(chunk: Buffer, _encoding, next) {
            hash.update(chunk);
            done += chunk.length;
            onProgress(done, total);
            next(null, chunk);
          },
        });
        try {
          await pipeline(await open(entry), tap, createWriteStream(to), { signal });
        } catch (cause) {
          if (isDiskFull(cause)) throw cause;
          throw broken(`cannot be unpacked at ${entry.fileName} (${messageOf(cause)})`, cause);
        }
        if (listed.get(entry.fileName) !== hash.digest('base64url')) {
          throw broken(`holds ${entry.fileName}, which is not what its own list says`);
        }
      }
      return wanted.length;
    },
    close: () => zip.close(),
  };
}

/** Whether a path is that of a file in the wheel's own folder. */
function isMetadata(path: string, name: string): boolean {
  return path.endsWith(`.dist-info/${name}`) && path.split('/').length === 2;
}

/** Digests by path: lines of `path,sha256=<base64url>,size`; a path with a comma is quoted. */
function parseRecord(record: string): ReadonlyMap<string, string> {
  return new Map(
    record.split('\n').flatMap((line): [string, string][] => {
      const match = /^(?:"(.+)"|([^,]+)),sha256=([\w-]+),/.exec(line);
      return match === null ? [] : [[(match[1] || match[2]).replaceAll('""', '"'), match[3]]];
    }),
  );
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Joins a path of a wheel below a folder.
 *
 * @param folder where
 * @param path slash-separated, as in the wheel
 * @param strip how many leading folders of `path` to leave out
 */
export function below(folder: string, path: string, strip = 0): string {
  return join(folder, ...path.split('/').slice(strip));
}
