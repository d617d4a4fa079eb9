/** A Huffman table as a file holds it: how many codes of each length from 1 to 16 there are, and their values. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
}

/** One component of the pixels: luma, or a chroma. */
export interface JpegComponent {
  readonly id: number;
  /** Sampling factors, relative to those of the other components. */
  readonly horizontal: number;
  readonly vertical: number;
  /** Steps of quantization, in zigzag order. */
  readonly quantization: Uint8Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** What precedes the entropy-coded data of a JPEG file. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** One (gray), or three (luma, blue and red chroma). */
  readonly components: readonly JpegComponent[];
  /** Units between restarts; 0 for none. */
  readonly restartInterval: number;
  /** Where the entropy-coded data begin. */
  readonly dataStart: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly { id: number; horizontal: number; vertical: number; quantization: number }[];
}

/**
 * Reads the header of a JPEG file of the most common kind: baseline, Huffman codes, 8 bits, one scan,
 * gray or YCbCr.
 *
 * Source: ITU-T T.81, Annex B. What the three components mean is found out as libjpeg does.
 *
 * @param bytes the encoded file
 * @returns the header; null for a file of another kind, and wherever something looks wrong
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  const quantizations = new Map<number, Uint8Array>();
  const huffman = new Map<number, HuffmanTable>();
  let frame: Frame | null = null;
  let restartInterval = 0;
  let isJfif = false;
  let adobeTransform: number | null = null;
  if (readWord(bytes, 0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const end = at + 2 + readWord(bytes, at + 2);
    const body = bytes.subarray(at + 4, end);
    if (end > bytes.length || end < at + 4) return null;
    if (marker === 0xc0) {
      if (frame !== null) return null;
      frame = readFrame(body);
      if (frame === null) return null;
    } else if (marker === 0xc4) {
      if (!readHuffmanTables(body, huffman)) return null;
    } else if (marker === 0xdb) {
      if (!readQuantizations(body, quantizations)) return null;
    } else if (marker === 0xdd) {
      restartInterval = readWord(body, 0);
    } else if (marker === 0xda) {
      if (frame === null) return null;
      const isKnown = frame.parts.length === 1 || isYcc(frame, isJfif, adobeTransform);
      const components = isKnown ? readScan(body, frame, quantizations, huffman) : null;
      if (components === null) return null;
      return { width: frame.width, height: frame.height, components, restartInterval, dataStart: end };
    } else if (marker === 0xe0) {
      isJfif ||= startsWith(body, 'JFIF\0');
    } else if (marker === 0xee) {
      if (startsWith(body, 'Adobe') && body.length >= 12) adobeTransform = body[11];
    } else if (marker !== 0xfe && (marker < 0xe1 || marker > 0xef)) {
      return null;
    }
    at = end;
  }
  return null;
}

function readFrame(body: Uint8Array): Frame | null {
  const count = body[5];
  if (body[0] !== 8 || (count !== 1 && count !== 3) || body.length !== 6 + 3 * count) return null;
  const parts = Array.from({ length: count }, (_, i) => {
    const [id, factors, quantization] = body.subarray(6 + 3 * i);
    return { id, horizontal: factors >> 4, vertical: factors & 15, quantization };
  });
  return { height: readWord(body, 1), width: readWord(body, 3), parts };
}

function readQuantizations(body: Uint8Array, into: Map<number, Uint8Array>): boolean {
  for (let at = 0; at < body.length; at += 65) {
    // A number above 3 means steps of 16 bits as well.
    if (body[at] > 3 || at + 65 > body.length) return false;
    into.set(body[at], body.subarray(at + 1, at + 65));
  }
  return true;
}

function readHuffmanTables(body: Uint8Array, into: Map<number, HuffmanTable>): boolean {
  for (let at = 0; at < body.length;) {
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = body.subarray(at + 17, at + 17 + total);
    if (counts.length < 16 || values.length < total || total > 256) return false;
    // A table for means, with a number below 16, holds numbers of bits.
    if (body[at] < 16 && values.some((value) => value > 15)) return false;
    into.set(body[at], { counts, values });
    at += 17 + total;
  }
  return true;
}

function isYcc({ parts }: Frame, isJfif: boolean, adobeTransform: number | null): boolean {
  if (isJfif) return true;
  if (adobeTransform !== null) return adobeTransform === 1;
  return parts.every(({ id }, i) => id === i + 1);
}

function readScan(
  body: Uint8Array,
  { parts }: Frame,
  quantizations: ReadonlyMap<number, Uint8Array>,
  huffman: ReadonlyMap<number, HuffmanTable>,
): JpegComponent[] | null {
  const count = parts.length;
  const [first, last, approximation] = body.subarray(1 + 2 * count);
  const isWhole = first === 0 && last === 63 && approximation === 0;
  if (body[0] !== count || body.length !== 4 + 2 * count || !isWhole) return null;
  const components: JpegComponent[] = [];
  for (const [i, { id, horizontal, vertical, quantization: q }] of parts.entries()) {
    const [scanId, tables] = body.subarray(1 + 2 * i);
    const quantization = quantizations.get(q);
    const dc = huffman.get(tables >> 4);
    const ac = huffman.get(0x10 | (tables & 15));
    if (scanId !== id || quantization === undefined || dc === undefined || ac === undefined) return null;
    components.push({ id, horizontal, vertical, quantization, dc, ac });
  }
  return components;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}

function readWord(bytes: Uint8Array, at: number): number {
  return bytes[at] * 256 + bytes[at + 1];
}
