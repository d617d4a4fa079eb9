import { AppError } from '#contract/errors';
import { tf } from './library';
import { createTensor, readTensor, sizeOf, type Shape, type Tensor } from './tensor';

/**
 * Adds b to a, repeating b over the leading axes that it lacks.
 *
 * @param a … × s
 * @param b s
 * @returns … × s; belongs to the caller
 * @throws {AppError} `internal` if b's shape does not end a's shape
 */
export function addLeading(a: Tensor, b: Tensor): Tensor {
  const offset = a.shape.length - b.shape.length;
  if (offset < 0 || b.shape.some((length, axis) => length !== a.shape[axis + offset])) {
    throw new AppError('internal', `add: shapes [${a.shape.join()}] and [${b.shape.join()}] do not fit`);
  }
  return tf.add(a, b);
}

/**
 * Sums over leading axes as a product with ones, which runs in the engine's fastest loop.
 *
 * @param x … × s
 * @param shape s
 * @returns s; belongs to the caller
 */
export function sumLeadingByProduct(x: Tensor, shape: Shape): Tensor {
  const columns = sizeOf(shape);
  const rows = x.size / columns;
  if (rows === 1) return tf.reshape(x, [...shape]);
  const sum = tf.matMul(tf.ones([1, rows]), tf.reshape(x, [rows, columns]));
  return tf.reshape(sum, [...shape]);
}

/**
 * Returns the length of the last axis.
 *
 * @param x of rank 1 or more
 * @returns its innermost length
 */
export function lastAxis(x: Tensor): number {
  return x.shape[x.shape.length - 1];
}

/**
 * Views a tensor as the matrix of its last-axis rows.
 *
 * @param x … × D
 * @returns N × D with N the product of the leading axes
 */
export function rowsOf(x: Tensor): Tensor {
  const D = lastAxis(x);
  return tf.reshape(x, [x.size / D, D]);
}

/**
 * Applies a map of rows to the last axis of a tensor of any rank.
 *
 * @param x … × D
 * @param map from N × D to N × E
 * @returns … × E; belongs to the caller
 */
export function mapRows(x: Tensor, map: (rows: Tensor) => Tensor): Tensor {
  const mapped = map(rowsOf(x));
  return tf.reshape(mapped, [...x.shape.slice(0, -1), lastAxis(mapped)]);
}

/**
 * Separates tensors that lie side by side, head by head: the inverse of {@link joinHeads}.
 *
 * @param packed B × T × nHd
 * @param heads H
 * @param parts n, for example 3 for queries, keys and values
 * @returns n tensors BH × T × d; belong to the caller
 */
export function splitHeads(packed: Tensor, heads: number, parts: number): Tensor[] {
  const [B, T, width] = packed.shape;
  const d = width / parts / heads;
  // Two transposes of low rank, then slices of whole blocks: one transpose of rank 5 takes 30 times longer.
  const byPart = tf.transpose(tf.reshape(packed, [B * T, parts, heads * d]), [1, 0, 2]);
  const byHead = tf.transpose(tf.reshape(byPart, [parts * B, T, heads, d]), [0, 2, 1, 3]);
  const blocks = tf.reshape(byHead, [parts * B * heads, T, d]);
  return Array.from({ length: parts }, (_, part) =>
    tf.slice(blocks, [part * B * heads, 0, 0], [B * heads, T, d]),
  );
}

/**
 * Puts tensors side by side, head by head: the inverse of {@link splitHeads}.
 *
 * @param parts n tensors BH × T × d
 * @param shape B × T × nHd, the shape of the result
 * @param heads H
 * @returns the packed tensor; belongs to the caller
 */
export function joinHeads(parts: readonly Tensor[], shape: Shape, heads: number): Tensor {
  const [B, T, width] = shape;
  const n = parts.length;
  const d = width / n / heads;
  const blocks = tf.reshape(tf.concat([...parts], 0), [n * B, heads, T, d]);
  const byToken = tf.transpose(blocks, [0, 2, 1, 3]); // nB × T × H × d
  const packed = tf.transpose(tf.reshape(byToken, [n, B * T, heads * d]), [1, 0, 2]);
  return tf.reshape(packed, [...shape]);
}

/**
 * Cuts images into patches, each flattened channel by channel as a convolution's weight is.
 *
 * @param pixels B × S × S × 3
 * @param patchSize side p of a patch; divides S
 * @returns B × (S/p)² × 3p²; belongs to the caller
 */
export function patchesOf(pixels: Tensor, patchSize: number): Tensor {
  const [B, S, , channels] = pixels.shape;
  const grid = S / patchSize;
  const cells = tf.reshape(pixels, [B, grid, patchSize, grid, patchSize, channels]);
  const patches = tf.transpose(cells, [0, 1, 3, 5, 2, 4]);
  return tf.reshape(patches, [B, grid * grid, channels * patchSize * patchSize]);
}

/**
 * Puts patches together to images: the inverse (and the transpose) of {@link patchesOf}.
 *
 * @param patches B × (S/p)² × 3p²
 * @param shape B × S × S × 3, the shape of the images
 * @param patchSize side p of a patch
 * @returns the images; belong to the caller
 */
export function imagesOf(patches: Tensor, shape: Shape, patchSize: number): Tensor {
  const [B, S, , channels] = shape;
  const grid = S / patchSize;
  const cells = tf.reshape(patches, [B, grid, grid, channels, patchSize, patchSize]);
  return tf.reshape(tf.transpose(cells, [0, 1, 4, 2, 5, 3]), [...shape]);
}

/**
 * Takes rows of a matrix.
 *
 * @param matrix N × D
 * @param indices M row numbers below N
 * @returns M × D; belongs to the caller
 * @throws {AppError} `internal` if a row does not exist
 */
export function takeRows(matrix: Tensor, indices: Int32Array): Tensor {
  // Engines differ in what they do with a number that is out of range; none of it is right.
  const stray = indices.find((index) => index < 0 || index >= matrix.shape[0]);
  if (stray !== undefined)
    throw new AppError('internal', `row ${stray} of ${matrix.shape[0]} does not exist`);
  return tf.gather(matrix, tf.tensor(indices, [indices.length], 'int32'));
}

/**
 * Adds rows into a matrix of zeros: the transpose of {@link takeRows}.
 *
 * @param rows M × D
 * @param indices M row numbers; a row that is named twice gets both
 * @param N rows of the matrix
 * @returns N × D; belongs to the caller
 */
export function scatterRows(rows: Tensor, indices: Int32Array, N: number): Tensor {
  // On plain arrays: the engines have no kernel for it in common, and it is rare.
  const D = lastAxis(rows);
  const source = readTensor(rows);
  const target = new Float32Array(N * D);
  indices.forEach((index, row) => {
    for (let d = 0; d < D; d++) target[index * D + d] += source[row * D + d];
  });
  return createTensor(target, [N, D]);
}
