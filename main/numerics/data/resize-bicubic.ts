import { filterTaps, type Axis, type FilterTaps } from './filter-taps';
import compiled from './resample.as';

/** Rows are brought into the kernel's memory in bands of about so many bytes, which a cache holds. */
const BAND_BYTES = 2 ** 18;
/** The kernel reads and writes whole vectors, so up to this far beyond what it is asked for. */
const SLACK = 64;
const PAGE_BYTES = 2 ** 16;

/** An 8-bit RGB image: `pixels` is height × width × 3. */
export interface RgbImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  resampleColumns(
    from: number,
    stride: number,
    height: number,
    firsts: number,
    weights: number,
    groups: number,
    width: number,
    to: number,
  ): void;
  resampleRows(
    from: number,
    width: number,
    firsts: number,
    weights: number,
    pairs: number,
    height: number,
    to: number,
  ): void;
}

const kernel = compiled as Kernel;

/**
 * Resizes a part of an image with the antialiased bicubic filter and returns a window of the result,
 * byte for byte as Pillow's `crop`, `resize(…, BICUBIC)` and `crop`: columns first, then rows, each
 * rounded to 8 bits. Only what the window depends on is computed.
 *
 * out(i) = Σ_j w_ij in(j); for the weights see {@link filterTaps}.
 *
 * @param image the input
 * @param columns which columns of the input, and which of the result
 * @param rows the same for rows
 * @param target takes the result, `rows.count` × `columns.count` × 3
 */
export function resizeBicubic(image: RgbImage, columns: Axis, rows: Axis, target: Uint8Array): void {
  const columnTaps = filterTaps(columns, 4);
  const rowTaps = filterTaps(rows, 2);
  const firstRow = rowTaps.firsts[0];
  const height = rowTaps.end - firstRow;
  const width = columns.count * 3;
  const stride = image.width * 3;
  const bandRows = Math.min(height, Math.max(1, Math.floor(BAND_BYTES / stride)));

  const layout = new Layout();
  const columnTable = layout.addTaps(columnTaps);
  const rowTable = layout.addTaps(rowTaps);
  const band = layout.add(bandRows * stride + columnTaps.count * 3);
  // Rows beyond the last one are multiplied by zero, but they are read.
  const narrow = layout.add((height + rowTaps.count) * width);
  const result = layout.add(rows.count * width);
  const memory = layout.open();

  memory.writeTaps(columnTable, columnTaps, (first) => (columns.from + first) * 3);
  memory.writeTaps(rowTable, rowTaps, (first) => (first - firstRow) * width);
  for (let row = 0; row < height; row += bandRows) {
    const count = Math.min(bandRows, height - row);
    const start = (rows.from + firstRow + row) * stride;
    memory.bytes.set(image.pixels.subarray(start, start + count * stride), band);
    kernel.resampleColumns(
      band,
      stride,
      count,
      columnTable.firsts,
      columnTable.weights,
      columnTaps.count / 4,
      columns.count,
      narrow + row * width,
    );
  }
  const { firsts, weights } = rowTable;
  kernel.resampleRows(narrow, width, firsts, weights, rowTaps.count / 2, rows.count, result);
  target.set(memory.bytes.subarray(result, result + rows.count * width));
}

interface TapTable {
  readonly firsts: number;
  readonly weights: number;
}

/** Hands out places in the kernel's memory, one behind the other. */
class Layout {
  #end = 0;

  add(byteCount: number): number {
    const start = this.#end;
    this.#end = Math.ceil((start + byteCount + SLACK) / 16) * 16;
    return start;
  }

  addTaps({ firsts, weights }: FilterTaps): TapTable {
    return { firsts: this.add(firsts.byteLength), weights: this.add(weights.byteLength) };
  }

  /** Makes the memory large enough. */
  open(): OpenMemory {
    const missing = this.#end - kernel.memory.buffer.byteLength;
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return new OpenMemory(kernel.memory.buffer);
  }
}

/** The kernel's memory at its present size. */
class OpenMemory {
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;

  constructor(buffer: ArrayBuffer) {
    this.bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  /** Writes taps, with the place of a first pixel in bytes. */
  writeTaps(to: TapTable, { firsts, weights }: FilterTaps, placeOf: (first: number) => number): void {
    const start = to.firsts / 4;
    firsts.forEach((first, i) => (this.#words[start + i] = placeOf(first)));
    this.#words.set(weights, to.weights / 4);
  }
}
