import { type RgbImage } from '../resize-bicubic';
import { HUFFMAN_TABLE_BYTES, writeHuffmanTable } from './huffman-table';
import compiled from './jpeg.as';
import { readJpegHeader, type HuffmanTable, type JpegHeader } from './jpeg-header';
import { planMemory, type MemoryPlan } from './plan-memory';

/** Larger images, and very small ones, are left to the general decoder. */
const MOST_PIXELS = 2 ** 22;
const LEAST_SIDE = 16;
const PAGE_BYTES = 2 ** 16;

/** Natural order of the coefficients of a block. */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  unstuff(from: number, end: number, to: number, segments: number): number;
  decodeScan(
    segments: number,
    wide: number,
    high: number,
    interval: number,
    blocks: number,
    blockCount: number,
    zigzag: number,
    work: number,
  ): number;
  convertPlanes(
    y: number,
    yStride: number,
    cb: number,
    chromaPlane: number,
    chromaStride: number,
    chromaWidth: number,
    chromaHeight: number,
    halves: number,
    width: number,
    height: number,
    rows: number,
    rowBytes: number,
    to: number,
  ): void;
}

const kernel = compiled as Kernel;

/**
 * Decodes a JPEG file of the most common kind (baseline, gray or YCbCr, chroma whole, halved in width,
 * or halved in both) to the pixels that libjpeg-turbo, and so Pillow, gives.
 *
 * @param bytes the encoded file
 * @returns the image, in memory that the next call overwrites; null for a file of another kind or
 *   with anything wrong in it, which a general decoder has to judge
 */
export function decodeJpeg(bytes: Uint8Array): RgbImage | null {
  const header = readJpegHeader(bytes);
  if (header === null) return null;
  const { width, height } = header;
  const halves = findHalves(header);
  if (halves === null || width * height > MOST_PIXELS || Math.min(width, height) < LEAST_SIDE) return null;
  const plan = planMemory(header, halves, bytes.length);
  const buffer = openMemory(plan.end);
  const memory = new Uint8Array(buffer);
  memory.set(bytes, plan.file);
  const dataEnd = kernel.unstuff(
    plan.file + header.dataStart,
    plan.file + bytes.length,
    plan.data,
    plan.segments,
  );
  // The image must end here, or something is missing.
  if (dataEnd === 0 || memory[dataEnd + 1] !== 0xd9) return null;
  if (!writeTables(header, plan, buffer)) return null;
  const isWhole = kernel.decodeScan(
    plan.segments,
    plan.unitsWide,
    plan.unitsHigh,
    header.restartInterval,
    plan.blocks,
    writeBlocks(header, plan, buffer),
    plan.zigzag,
    plan.work,
  );
  if (isWhole === 0) return null;
  const isGray = header.components.length === 1;
  if (isGray) memory.fill(128, plan.chroma, plan.chroma + 2 * plan.chromaPlane);
  kernel.convertPlanes(
    plan.luma,
    plan.lumaStride,
    plan.chroma,
    plan.chromaPlane,
    isGray ? 0 : plan.chromaStride,
    Math.ceil(width / plan.unitX),
    Math.ceil(height / plan.unitY),
    halves,
    width,
    height,
    plan.rows,
    plan.rowBytes,
    plan.pixels,
  );
  return { pixels: memory.subarray(plan.pixels, plan.pixels + width * height * 3), width, height };
}

/** Returns 0 if chroma is whole, 1 if its width is halved, 2 if its height is as well; null for anything else. */
function findHalves({ components }: JpegHeader): 0 | 1 | 2 | null {
  if (components.length === 1) return 0;
  const [y, ...chroma] = components;
  if (chroma.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) return null;
  if (y.vertical === 1) return y.horizontal === 1 ? 0 : y.horizontal === 2 ? 1 : null;
  return y.vertical === 2 && y.horizontal === 2 ? 2 : null;
}

/** Returns the kernel's memory, at least so large. */
function openMemory(size: number): ArrayBuffer {
  const missing = size - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return kernel.memory.buffer;
}

/** Writes what the blocks refer to; returns false if a table is impossible. */
function writeTables({ components }: JpegHeader, plan: MemoryPlan, buffer: ArrayBuffer): boolean {
  const places = ZIGZAG.map((place) => place * 2);
  new Uint8Array(buffer, plan.zigzag, 64).set(places);
  return components.every(({ quantization, dc, ac }, i) => {
    new Int16Array(buffer, plan.quantizations + i * 128, 64).set(quantization);
    const write = (table: HuffmanTable, place: number) =>
      writeHuffmanTable(table, buffer, plan.huffman + place * HUFFMAN_TABLE_BYTES);
    return write(dc, 2 * i) && write(ac, 2 * i + 1);
  });
}

/** Writes the blocks of a unit and returns their number. */
function writeBlocks({ components }: JpegHeader, plan: MemoryPlan, buffer: ArrayBuffer): number {
  const blocks: number[][] = [];
  for (const i of components.keys()) {
    const stride = i === 0 ? plan.lumaStride : plan.chromaStride;
    const plane = i === 0 ? plan.luma : plan.chroma + (i - 1) * plan.chromaPlane;
    // The units of an image with one component are its blocks.
    const [wide, high] = i === 0 && components.length > 1 ? [plan.unitX, plan.unitY] : [1, 1];
    const dc = plan.huffman + 2 * i * HUFFMAN_TABLE_BYTES;
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        blocks.push([
          dc,
          dc + HUFFMAN_TABLE_BYTES,
          plan.quantizations + i * 128,
          plan.predictors + i * 4,
          plane + y * 8 * stride + x * 8,
          stride,
          wide * 8,
          high * 8 * stride,
        ]);
      }
    }
  }
  new Uint32Array(buffer, plan.blocks, blocks.length * 8).set(blocks.flat());
  return blocks.length;
}
