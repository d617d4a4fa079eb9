import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

/** How a wheel departs from a plain and correct one. */
interface TinyWheelOptions {
  /** Text of the `METADATA` file; none without. */
  readonly metadata?: string;
  /** Whether files are deflated, as in real wheels; stored without. */
  readonly isDeflated?: boolean;
  /** Contents that the wheel's own list tells of instead of the true ones; null leaves a file out of it. */
  readonly listed?: Readonly<Record<string, string | null>>;
}

/**
 * Writes a small Python wheel: a zip file with a list of the SHA-256 of its files.
 *
 * @param path where; its file name names the package and its version
 * @param files text by path
 * @returns `path`
 */
export function writeTinyWheel(
  path: string,
  files: Readonly<Record<string, string>>,
  { metadata, isDeflated = false, listed = {} }: TinyWheelOptions = {},
): string {
  const info = `${basename(path).split('-').slice(0, 2).join('-')}.dist-info`;
  const all = { ...files, ...(metadata === undefined ? {} : { [`${info}/METADATA`]: metadata }) };
  const lines = Object.entries({ ...all, ...listed }).flatMap(([name, text]) =>
    text === null ? [] : [recordLine(name, text)],
  );
  const record = [...lines, `${info}/RECORD,,`, ''].join('\n');
  return writeZip(path, { ...all, [`${info}/RECORD`]: record }, isDeflated);
}

/**
 * Writes a zip file.
 *
 * @param path where
 * @param files text by path
 * @param isDeflated whether files are deflated; stored without
 * @returns `path`
 */
export function writeZip(path: string, files: Readonly<Record<string, string>>, isDeflated = false): string {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const nameBytes = Buffer.from(name);
    const content = Buffer.from(text);
    const data = isDeflated ? deflateRawSync(content) : content;
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(UTF8_NAMES, 2);
    facts.writeUInt16LE(isDeflated ? 8 : 0, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, nameBytes, data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), facts, place, nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(locals.length, 4);
  end.writeUInt16LE(locals.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]));
  return path;
}

/** Flag of an entry whose name is UTF-8. */
const UTF8_NAMES = 0x800;

function recordLine(name: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('base64url');
  const path = /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return `${path},sha256=${digest},${Buffer.byteLength(text)}`;
}
