import { RandomAccessReader, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { AppError, type ErrorCode } from '#contract/errors';
import type { ByteSource } from './byte-source';

/** A file in a zip archive. */
export interface ZipEntry {
  /** Slash-separated path; neither absolute nor climbing out of its folder. */
  readonly name: string;
  /** Where its data begins in the archive. */
  readonly start: number;
  /** Length of its data in the archive, in bytes. */
  readonly size: number;
  /** Whether its data lies in the archive as it is, neither compressed nor encrypted. */
  readonly isPlain: boolean;
}

const MOST_ENTRIES = 100_000;

/**
 * Lists the files of a zip archive, so that parts of those that are not compressed can be read where they lie.
 *
 * @param source the archive
 * @param code what kind of error it is if there is something wrong
 * @returns every entry by name; folders are left out
 * @throws {AppError} of code `code` if it is no complete zip archive, has a name twice or a name that leads out of
 * it, more than 100,000 entries, or data that overlaps
 */
export async function readZipEntries(
  source: ByteSource,
  code: ErrorCode,
): Promise<ReadonlyMap<string, ZipEntry>> {
  const broken = (what: string, cause?: unknown): AppError =>
    new AppError(code, `${source.label}: ${what}`, { file: source.label }, { cause });
  try {
    const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
      autoClose: false,
      strictFileNames: true,
    });
    return await listEntries(zip, broken);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(`is a zip archive that cannot be read (${reason}); it may be incomplete`, error);
  }
}

type Broken = (what: string) => AppError;

async function listEntries(zip: ZipFile, broken: Broken): Promise<ReadonlyMap<string, ZipEntry>> {
  if (zip.entryCount > MOST_ENTRIES) throw broken(`has ${zip.entryCount} entries, which is too many`);
  // The list of entries lies behind them. The types call this number a truth value.
  const listStart = Number(zip.readEntryCursor);
  const entries = new Map<string, ZipEntry>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, compressedSize: size } = entry;
    const start = (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
    ranges.push({ name, begin: entry.relativeOffsetOfLocalHeader, end: start + size });
    if (name.endsWith('/')) continue;
    if (entries.has(name)) throw broken(`has two entries of the name "${name}"`);
    entries.set(name, { name, start, size, isPlain: entry.compressionMethod === 0 && !entry.isEncrypted() });
  }
  let end = 0;
  for (const range of ranges.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (range.begin < end) throw broken(`has an entry "${range.name}" that overlaps another`);
    end = range.end;
  }
  if (end > listStart) throw broken('has entries that overlap the list of entries');
  return entries;
}

/** Lets the zip reader read from a source. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    void this.#source.read(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(null);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
