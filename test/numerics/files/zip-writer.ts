import { crc32 } from 'node:zlib';

/** An entry to write, right or wrong. */
export interface WrittenEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** 0 for data as it is, 8 for deflated. */
  readonly method?: number;
  /** Bit 0 says that it is encrypted. */
  readonly flags?: number;
  /** Where the list of entries says that it begins, if not where it does. */
  readonly claimedStart?: number;
  /** What length the list of entries claims. */
  readonly claimedSize?: number;
}

/** Writes a zip archive with any claims in its list of entries. */
export function writeZip(entries: readonly WrittenEntry[], claimedCount = entries.length): Uint8Array {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    common(entry).copy(local, 4);
    const listed = Buffer.alloc(46);
    listed.writeUInt32LE(0x02014b50, 0);
    common(entry).copy(listed, 6);
    listed.writeUInt32LE(entry.claimedStart ?? position, 42);
    locals.push(local, name, Buffer.from(entry.data));
    list.push(listed, name);
    position += 30 + name.length + entry.data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(claimedCount, 8);
  end.writeUInt16LE(claimedCount, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(position, 16);
  return new Uint8Array(Buffer.concat([...locals, ...list, end]));
}

/** What both headers of an entry have: from the version to the length of extra fields. */
function common({ name, data, method = 0, flags = 0, claimedSize = data.length }: WrittenEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(flags, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(claimedSize, 14);
  fields.writeUInt32LE(claimedSize, 18);
  fields.writeUInt16LE(Buffer.from(name).length, 22);
  return fields;
}
