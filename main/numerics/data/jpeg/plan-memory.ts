import { HUFFMAN_TABLE_BYTES } from './huffman-table';
import { type JpegHeader } from './jpeg-header';

/** What the compiler may use, and how far beyond a region whole vectors reach. */
const RESERVED = 1024;
const SLACK = 64;

/** Sizes of a file's parts, and where everything lies in the decoder's memory. */
export type MemoryPlan = ReturnType<typeof planMemory>;

/**
 * Says where everything that is needed to decode a file lies in the decoder's memory.
 *
 * @param header of the file
 * @param halves 0 if chroma is whole, 1 if its width is halved, 2 if its height is as well
 * @param fileBytes length of the file
 * @returns addresses, strides and numbers of units
 */
export function planMemory(header: JpegHeader, halves: 0 | 1 | 2, fileBytes: number) {
  const { width, height, components } = header;
  const unitX = halves > 0 ? 2 : 1;
  const unitY = halves > 1 ? 2 : 1;
  const unitsWide = Math.ceil(width / (8 * unitX));
  const unitsHigh = Math.ceil(height / (8 * unitY));
  const lumaStride = unitsWide * 8 * unitX;
  const chromaStride = unitsWide * 8;
  // Gray images need one row of it, which is neutral.
  const chromaPlane = components.length === 1 ? chromaStride + SLACK : chromaStride * unitsHigh * 8;
  const rowBytes = width + 2 * SLACK;
  let end = RESERVED;
  const add = (size: number): number => {
    const start = end;
    end = Math.ceil((start + size + SLACK) / 16) * 16;
    return start;
  };
  return {
    unitX,
    unitY,
    unitsWide,
    unitsHigh,
    lumaStride,
    chromaStride,
    chromaPlane,
    rowBytes,
    zigzag: add(64),
    work: add(128),
    predictors: add(12),
    quantizations: add(3 * 128),
    huffman: add(6 * HUFFMAN_TABLE_BYTES),
    blocks: add(6 * 32),
    rows: add(4 * rowBytes),
    luma: add(lumaStride * unitsHigh * 8 * unitY),
    chroma: add(2 * chromaPlane),
    pixels: add(width * height * 3),
    file: add(fileBytes),
    data: add(fileBytes + fileBytes / 2),
    segments: add(8 + fileBytes * 4),
    end,
  };
}
