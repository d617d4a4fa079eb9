import { crc32 } from 'node:zlib';
import { AppError } from '#contract/errors';

/** 1 January 1980, the first day of the format: the same content makes the same archive. */
const firstDay = 0x0021;
const utf8Names = 0x0800;

/** Writes little-endian numbers of the given sizes in bytes. */
function fields(...pairs: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(pairs.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let place = 0;
  for (const [size, value] of pairs) {
    if (size === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += size;
  }
  return bytes;
}

/** More cannot be said in the fields of the format without its 64-bit extension; a quarter is left for headers. */
const mostFiles = 0xffff;
const mostBytes = 3 * 1024 ** 3;

/**
 * Puts files into a ZIP archive (PKWARE APPNOTE 4.3: local headers, central directory, end record). They are stored as
 * they are: what a deflater writes depends on its version and on the processor, and the same files must make the same bytes.
 *
 * @param files contents by path, with `/` between names
 * @throws {AppError} `invalid_input` for more than 65,535 files or 3 GiB
 */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (files.size > mostFiles || total > mostBytes) {
    throw new AppError(
      'invalid_input',
      `${files.size} files of ${total} bytes are too much for a ZIP archive.`,
    );
  }
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const path = encoder.encode(name);
    const about = [
      [2, 20],
      [2, utf8Names],
      [2, 0],
      [2, 0],
      [2, firstDay],
      [4, crc32(content)],
      [4, content.length],
      [4, content.length],
      [2, path.length],
      [2, 0],
    ] as const;
    const local = fields([4, 0x04034b50], ...about);
    parts.push(local, path, content);
    directory.push(
      fields([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      path,
    );
    offset += local.length + path.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = files.size;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  return join([...parts, ...directory, end]);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
