import { type HuffmanTable } from './jpeg-header';

/** As in `jpeg.as`: bits that are looked up at once, and where the parts of a table are. */
const LOOKUP_BITS = 9;
const ENDS = 1024;
const OFFSETS = ENDS + 72;
const VALUES = OFFSETS + 72;

/** Bytes that a table takes in the decoder's memory. */
export const HUFFMAN_TABLE_BYTES = VALUES + 256;

/**
 * Writes a Huffman table in the form that `jpeg.as` takes: what each beginning of 9 bits means (256 times the
 * length of its code, plus its value), and for longer codes where those of each length end, as 16 bits,
 * and how their number leads to their value.
 *
 * Source: ITU-T T.81, Annex C and F.2.2.3.
 *
 * @param table the table as the file holds it
 * @param memory takes {@link HUFFMAN_TABLE_BYTES}, from byte `at` on
 * @param at a multiple of 4
 * @returns whether its codes are possible
 */
export function writeHuffmanTable(table: HuffmanTable, memory: ArrayBuffer, at: number): boolean {
  const lookup = new Uint16Array(memory, at, 2 ** LOOKUP_BITS).fill(0);
  const ends = new Uint32Array(memory, at + ENDS, 17).fill(0);
  const offsets = new Int32Array(memory, at + OFFSETS, 17).fill(0);
  new Uint8Array(memory, at + VALUES, 256).set(table.values);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = index - code;
    for (let i = 0; i < table.counts[length - 1]; i++, code++, index++) {
      if (length > LOOKUP_BITS) continue;
      const span = 2 ** (LOOKUP_BITS - length);
      lookup.fill(length * 256 + table.values[index], code * span, (code + 1) * span);
    }
    // A code of ones alone is not allowed.
    if (code >= 2 ** length) return false;
    ends[length] = code * 2 ** (16 - length);
    code *= 2;
  }
  return true;
}
