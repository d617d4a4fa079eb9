import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DenseMatrix } from '#numerics/linalg/dense-matrix';
import type { TracedImages } from '#numerics/ntk/traced-images';
import { readArrays, writeArrays } from '../array-file';
import type { RunContext } from '../run-context';
import { assertFiniteKernel, type ImageBlock, type KernelNetwork } from './kernel-images';

/** Gram matrices that are wanted. */
export interface GramRequest {
  /** For people. */
  readonly name: string;
  /** Tells these matrices from others of the run; a file name. */
  readonly key: string;
  readonly rows: readonly ImageBlock[];
  /** If the first of them are the rows, that square is symmetric, and only its upper triangle is computed. */
  readonly columns: readonly ImageBlock[];
  /** How many matrices there are, and how many rows and columns an image has in each. */
  readonly matrices: number;
  readonly unit: number;
  /** Computes a block of every matrix, (N · unit) × (M · unit), row-major; both are the same images on the diagonal. */
  readonly compute: (rows: TracedImages, columns: TracedImages) => readonly Float64Array[];
}

/** Computes Gram matrices and writes every block down when it is finished; a resumed run reads those that are done. */
export async function collectGrams(
  request: GramRequest,
  network: KernelNetwork,
  context: RunContext,
): Promise<DenseMatrix[]> {
  const { name, key, rows, columns, matrices, unit, compute } = request;
  const folder = join(context.runDirectory, 'grams', key);
  await mkdir(folder, { recursive: true });
  const [tops, lefts] = [offsets(rows, unit), offsets(columns, unit)];
  const size = { rows: tops.at(-1)!, columns: lefts.at(-1)! };
  const grams = Array.from({ length: matrices }, () => ({
    ...size,
    data: new Float64Array(size.rows * size.columns),
  }));
  const isSymmetric = columns[0] === rows[0];
  const columnsFrom = (i: number) => [...columns.entries()].slice(isSymmetric ? i : 0);
  const pairsOf = (row: ImageBlock, column: ImageBlock) => row.count * column.count;
  const meter = context.meter(`kernel of ${name}`, {
    total: rows.reduce((sum, row, i) => sum + columnsFrom(i).reduce((s, [, c]) => s + pairsOf(row, c), 0), 0),
    unit: 'image pairs',
  });
  let done = 0;
  for (const [i, row] of rows.entries()) {
    const traced = new TracedWhenNeeded(row, network);
    try {
      for (const [j, column] of columnsFrom(i)) {
        const file = join(folder, `${i}-${j}.f64`);
        const width = unit * column.count;
        const known = grams.map(() => new Float64Array(unit * row.count * width));
        const block = (await readArrays(file, known))
          ? known
          : await traced.withColumn(column, async (own, others) => {
              const computed = compute(own, others);
              computed.forEach(assertFiniteKernel);
              await writeArrays(file, computed);
              return computed;
            });
        grams.forEach((gram, m) => place(block[m], gram, { top: tops[i], left: lefts[j], width }));
        done += pairsOf(row, column);
        meter.update(done);
        await context.breathe();
      }
    } finally {
      traced.dispose();
    }
  }
  if (isSymmetric) grams.forEach(fillBelowDiagonal);
  return grams;
}

/** The images of a row of blocks; a resumed run does not need those whose blocks are all there. */
class TracedWhenNeeded {
  readonly #row: ImageBlock;
  readonly #network: KernelNetwork;
  #images: TracedImages | null = null;

  constructor(row: ImageBlock, network: KernelNetwork) {
    this.#row = row;
    this.#network = network;
  }

  /** Computes with the row's images and those of a column. */
  async withColumn<T>(
    column: ImageBlock,
    compute: (row: TracedImages, column: TracedImages) => Promise<T>,
  ): Promise<T> {
    const own = (this.#images ??= await this.#network.trace(this.#row));
    if (column === this.#row) return compute(own, own);
    const others = await this.#network.trace(column);
    try {
      return await compute(own, others);
    } finally {
      others.dispose();
    }
  }

  dispose(): void {
    this.#images?.dispose();
  }
}

function place(
  block: Float64Array,
  { columns, data }: DenseMatrix,
  { top, left, width }: { top: number; left: number; width: number },
): void {
  for (let n = 0; n * width < block.length; n++) {
    data.set(block.subarray(n * width, (n + 1) * width), (top + n) * columns + left);
  }
}

function fillBelowDiagonal({ rows, columns, data }: DenseMatrix): void {
  for (let n = 0; n < rows; n++) {
    for (let m = 0; m < n; m++) data[n * columns + m] = data[m * columns + n];
  }
}

/** Where each block begins, and where the last ends. */
function offsets(blocks: readonly ImageBlock[], unit: number): number[] {
  const starts = [0];
  for (const { count } of blocks) starts.push(starts.at(-1)! + unit * count);
  return starts;
}
