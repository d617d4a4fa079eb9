import { AppError } from '#contract/errors';
import { tf } from '#numerics/engine/library';
import { readTensor, sizeOf, tidy, type Tensor } from '#numerics/engine/tensor';
import type { LayerCapture } from './layer-capture';

/** How much slower a product is that the engine computes as many small ones; decides between two ways to the same. */
const BATCHED_COST = 4;
/** Most numbers of gradients, or of products of tokens, that are formed at once. */
const LARGEST_PIECE = 2 ** 24;
/** Into how many stripes a symmetric matrix is cut at least, so that most of what lies below the diagonal is skipped. */
const STRIPES = 4;

/**
 * Adds the inner products of the gradients of single examples: K[n,m] += Σ_layers ⟨g_n, g_m⟩, with the gradients
 * of two batches given by what passed their layers. Products are float32, their sum over layers is float64.
 *
 * For a linear layer with T tokens ⟨g_n, g_m⟩ = Σ_{t,s} (x_nt·x_ms)(ȳ_nt·ȳ_ms). It is computed like this, or from
 * the gradients g_n = Σ_t ȳ_nt x_ntᵀ themselves, a layer and some examples at a time, whichever takes fewer
 * operations; the whole Jacobian never exists.
 *
 * Source: the contraction of Novak et al., "Fast finite width neural tangent kernel", ICML 2022, section 3.
 *
 * @param rows captures of N examples
 * @param columns captures of M examples, of the same layers; `rows` itself for a symmetric matrix, whose products
 *   are then computed once
 * @param gram N × M, added to
 * @throws {AppError} `internal` if the captures are of different layers
 */
export function addLayerGrams(
  rows: readonly LayerCapture[],
  columns: readonly LayerCapture[],
  gram: Float64Array,
): void {
  if (rows.length !== columns.length) throw differ();
  rows.forEach((a, layer) => {
    const b = columns[layer];
    if (a.layer === 'linear' && b.layer === 'linear' && tokensPay(a, b)) {
      if (a.bias !== null) addInnerProducts(sumsOf(a.cotangent), sumsOf(b.cotangent), a === b, gram);
      addByTokens(a, b, gram);
      return;
    }
    const [own, others] = [gradientParts(a), gradientParts(b)];
    if (a.layer !== b.layer || own.length !== others.length) throw differ();
    own.forEach((part, i) => addInnerProducts(part, others[i], a === b, gram));
  });
}

/** Releases the tensors of captures. */
export function disposeCaptures(captures: readonly LayerCapture[]): void {
  for (const captured of captures) {
    captured.cotangent.dispose();
    if (captured.layer !== 'offset') captured.input.dispose();
  }
}

/** The gradients of a batch for one parameter, made when they are needed. */
interface GradientPart {
  /** N, examples. */
  readonly count: number;
  /** Numbers of one gradient. */
  readonly width: number;
  /** Gives those of `count` examples from `first` on, count × width. */
  readonly make: (first: number, count: number) => Tensor;
}

function gradientParts(captured: LayerCapture): GradientPart[] {
  const { cotangent } = captured;
  switch (captured.layer) {
    case 'offset': {
      const count = cotangent.shape[0];
      const width = cotangent.size / count;
      return [{ count, width, make: (first, size) => flat(cotangent, first, size) }];
    }
    case 'layerNorm': {
      const scales = {
        ...sumsOf(cotangent),
        make: (first: number, size: number) => sumProducts(captured, first, size),
      };
      return [scales, sumsOf(cotangent)];
    }
    case 'linear': {
      const [count, , D] = tokenShape(captured.input);
      const width = D * cotangent.shape.at(-1)!;
      const weight = { count, width, make: (first: number, size: number) => outer(captured, first, size) };
      return captured.bias === null ? [weight] : [weight, sumsOf(cotangent)];
    }
  }
}

/** Adds A·Bᵀ, stripe by stripe. */
function addInnerProducts(a: GradientPart, b: GradientPart, isSymmetric: boolean, gram: Float64Array): void {
  const most = Math.max(1, Math.floor(LARGEST_PIECE / a.width));
  const step = isSymmetric ? Math.min(most, Math.ceil(a.count / STRIPES)) : most;
  for (let n = 0; n < a.count; n += step) {
    const left = a.make(n, Math.min(step, a.count - n));
    for (let m = isSymmetric ? n : 0; m < b.count; m += step) {
      const isDiagonal = isSymmetric && m === n;
      const right = isDiagonal ? left : b.make(m, Math.min(step, b.count - m));
      const product = tf.matMul(left, right, false, true);
      addAt(product, gram, { stride: b.count, n, m });
      if (isSymmetric && !isDiagonal) addAt(product, gram, { stride: b.count, n, m, isMirrored: true });
      product.dispose();
      if (!isDiagonal) right.dispose();
    }
    left.dispose();
  }
}

type LinearCapture = Extract<LayerCapture, { layer: 'linear' }>;

/** Whether products of all tokens with all tokens take fewer operations than gradients and their products. */
function tokensPay(a: LinearCapture, b: LinearCapture): boolean {
  const [N, T, D] = tokenShape(a.input);
  const M = b.input.shape[0];
  const E = a.cotangent.shape.at(-1)!;
  return T * T * (D + E) * N * M < D * E * N * M + BATCHED_COST * T * D * E * (N + M);
}

/** Multiplies all tokens with all tokens, of the inputs and of the cotangents, and sums over both. */
function addByTokens(a: LinearCapture, b: LinearCapture, gram: Float64Array): void {
  const [N, T] = tokenShape(a.input);
  const M = b.input.shape[0];
  const step = Math.max(1, Math.floor(LARGEST_PIECE / (T * T * M)));
  for (let n = 0; n < N; n += step) {
    const count = Math.min(step, N - n);
    const sums = tidy(() => {
      const product = (from: Tensor, to: Tensor) => {
        const width = from.shape.at(-1)!;
        const left = tf.reshape(take(from, n, count), [count * T, width]);
        return tf.matMul(left, tf.reshape(to, [M * T, width]), false, true);
      };
      const products = tf.mul(product(a.input, b.input), product(a.cotangent, b.cotangent));
      return tf.sum(tf.reshape(products, [count, T, M, T]), [1, 3]);
    });
    addAt(sums, gram, { stride: M, n, m: 0 });
    sums.dispose();
  }
}

interface Place {
  /** Columns of the whole matrix. */
  readonly stride: number;
  readonly n: number;
  readonly m: number;
  /** Whether rows go to columns. */
  readonly isMirrored?: boolean;
}

function addAt(piece: Tensor, gram: Float64Array, { stride, n, m, isMirrored = false }: Place): void {
  const [rows, columns] = piece.shape;
  const values = readTensor(piece);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = isMirrored ? (m + j) * stride + n + i : (n + i) * stride + m + j;
      gram[at] += values[i * columns + j];
    }
  }
}

/** Gradients of a bias: Σ_t ȳ_nt. */
function sumsOf(cotangent: Tensor): GradientPart {
  const [count, , width] = tokenShape(cotangent);
  return { count, width, make: (first, size) => tidy(() => tf.sum(take(cotangent, first, size), 1)) };
}

/** Gradients of a gain: Σ_t x̂_nt ∘ ȳ_nt. */
function sumProducts(
  { input, cotangent }: Extract<LayerCapture, { layer: 'layerNorm' }>,
  first: number,
  count: number,
): Tensor {
  return tidy(() => tf.sum(tf.mul(take(input, first, count), take(cotangent, first, count)), 1));
}

/** Gradients of a weight: Σ_t ȳ_nt x_ntᵀ. */
function outer({ input, cotangent }: LinearCapture, first: number, count: number): Tensor {
  return tidy(() => {
    const products = tf.matMul(take(cotangent, first, count), take(input, first, count), true, false);
    return tf.reshape(products, [count, sizeOf(products.shape) / count]);
  });
}

function flat(tensor: Tensor, first: number, count: number): Tensor {
  return tidy(() => {
    const all = tf.reshape(tensor, [tensor.shape[0], tensor.size / tensor.shape[0]]);
    return tf.slice(all, [first, 0], [count, -1]);
  });
}

/** Some examples of N × … × D, as count × T × D. */
function take(tensor: Tensor, first: number, count: number): Tensor {
  return tf.slice(tf.reshape(tensor, tokenShape(tensor)), [first, 0, 0], [count, -1, -1]);
}

/** N, T and D of N × … × D. */
function tokenShape({ shape, size }: Tensor): [number, number, number] {
  const [N] = shape;
  const D = shape.at(-1)!;
  return [N, size / (N * D), D];
}

function differ(): AppError {
  return new AppError('internal', 'the captures are of different layers');
}
