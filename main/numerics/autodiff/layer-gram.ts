import { AppError } from '#contract/errors';
import { tf } from '#numerics/engine/library';
import { readTensor, share, sizeOf, tidy, type Tensor } from '#numerics/engine/tensor';
import type { LayerCapture } from './layer-capture';

/** How much slower a product is that the engine computes as many small ones; decides between two ways to the same. */
const BATCHED_COST = 4;
/** Most numbers of gradients, or of products of tokens, that are formed at once. */
const LARGEST_PIECE = 2 ** 24;
/** Side of the pieces of a symmetric matrix, of which those below the diagonal are skipped; smaller ones are slower. */
const STRIPE = 100;

/**
 * Adds the inner products of the gradients of single examples: K[n,m] += Σ_layers ⟨g_n, g_m⟩, with the gradients
 * of two batches given by what passed their layers. Products are float32, their sum over layers is float64.
 *
 * For a linear layer with T tokens ⟨g_n, g_m⟩ = Σ_{t,s} (x_nt·x_ms)(ȳ_nt·ȳ_ms). It is computed like this, or from
 * the gradients g_n = Σ_t ȳ_nt x_ntᵀ themselves, a layer and some examples at a time, whichever takes fewer
 * operations; the whole Jacobian never exists. Tokens whose cotangents are zero, as all but the first are behind
 * the last attention, are left out.
 *
 * Source: the contraction of Novak et al., "Fast finite width neural tangent kernel", ICML 2022.
 *
 * @param rows captures of N examples
 * @param columns captures of M examples, of the same layers; `rows` itself for a symmetric matrix
 * @param gram N × M, added to
 * @throws {AppError} `internal` if the captures are of different layers
 */
export function addLayerGrams(
  rows: readonly LayerCapture[],
  columns: readonly LayerCapture[],
  gram: Float64Array,
): void {
  const isSymmetric = rows === columns;
  const own = rows.map(leaveOutZeros);
  const others = isSymmetric ? own : columns.map(leaveOutZeros);
  try {
    const small: [GradientPart[], GradientPart[]] = [[], []];
    assertSameLayers(own, others);
    own.forEach((a, layer) => {
      const b = others[layer];
      if (a.layer === 'linear' && b.layer === 'linear') {
        if (tokensPay(a, b)) addByTokens(a, b, gram);
        else addInnerProducts(weightPart(a), weightPart(b), isSymmetric, gram);
      }
      small[0].push(...smallParts(a));
      small[1].push(...smallParts(b));
    });
    addInnerProducts(joinParts(small[0]), joinParts(small[1]), isSymmetric, gram);
  } finally {
    disposeCaptures(own);
    if (!isSymmetric) disposeCaptures(others);
  }
}

/** Releases the tensors of captures. */
export function disposeCaptures(captures: readonly LayerCapture[]): void {
  for (const captured of captures) {
    captured.cotangent.dispose();
    if (captured.layer !== 'offset') captured.input.dispose();
  }
}

type LinearCapture = Extract<LayerCapture, { layer: 'linear' }>;

/** Cuts the last tokens off whose cotangents are zero for every example; the result belongs to the caller. */
function leaveOutZeros(captured: LayerCapture): LayerCapture {
  const cotangent = share(captured.cotangent);
  if (captured.layer === 'offset') return { ...captured, cotangent };
  const input = share(captured.input);
  const [N, T] = tokenShape(cotangent);
  if (captured.layer === 'layerNorm' || T === 1) return { ...captured, input, cotangent };
  // Mostly the last token says that all are needed.
  const used = countUsed(cotangent, T - 1) === T ? T : Math.max(1, countUsed(cotangent, 0));
  if (used === T) return { ...captured, input, cotangent };
  const cut = (tensor: Tensor) => {
    const first = tidy(() => tf.slice(tf.reshape(tensor, tokenShape(tensor)), [0, 0, 0], [N, used, -1]));
    tensor.dispose();
    return first;
  };
  return { ...captured, input: cut(input), cotangent: cut(cotangent) };
}

/** Counts tokens up to the last whose cotangent is not zero for every example, among those from `first` on. */
function countUsed(cotangent: Tensor, first: number): number {
  const sizes = tidy(() => {
    const [N] = cotangent.shape;
    const some = tf.slice(tf.reshape(cotangent, tokenShape(cotangent)), [0, first, 0], [N, -1, -1]);
    return tf.max(tf.abs(some), [0, 2]);
  });
  const last = readTensor(sizes).findLastIndex((size) => size !== 0);
  sizes.dispose();
  return last < 0 ? 0 : first + last + 1;
}

function assertSameLayers(a: readonly LayerCapture[], b: readonly LayerCapture[]): void {
  const names = (captures: readonly LayerCapture[]) =>
    captures.map((captured) => (captured.layer === 'offset' ? captured.parameter : captured.weight)).join();
  if (names(a) !== names(b)) throw new AppError('internal', 'the captures are of different layers');
}

/** The gradients of a batch for some parameters, made when they are needed. */
interface GradientPart {
  /** N, examples. */
  readonly count: number;
  /** Numbers of one gradient. */
  readonly width: number;
  /** Gives those of `count` examples from `first` on, count × width. */
  readonly make: (first: number, count: number) => Tensor;
}

/** Gradients of a weight: Σ_t ȳ_nt x_ntᵀ. */
function weightPart({ input, cotangent }: LinearCapture): GradientPart {
  const [count, , D] = tokenShape(input);
  const make = (first: number, size: number) =>
    tidy(() => {
      const products = tf.matMul(take(cotangent, first, size), take(input, first, size), true, false);
      return tf.reshape(products, [size, sizeOf(products.shape) / size]);
    });
  return { count, width: D * cotangent.shape.at(-1)!, make };
}

/** All but weights. */
function smallParts(captured: LayerCapture): GradientPart[] {
  const { cotangent } = captured;
  switch (captured.layer) {
    case 'offset': {
      const count = cotangent.shape[0];
      const width = cotangent.size / count;
      return [{ count, width, make: (first, size) => flat(cotangent, first, size) }];
    }
    case 'layerNorm': {
      const bias = sumsOf(cotangent);
      return [{ ...bias, make: (first, size) => sumProducts(captured, first, size) }, bias];
    }
    case 'linear':
      return captured.bias === null ? [] : [sumsOf(cotangent)];
  }
}

/** Puts gradients beside each other, so that they are multiplied at once. */
function joinParts(parts: readonly GradientPart[]): GradientPart {
  return {
    count: parts[0].count,
    width: parts.reduce((sum, { width }) => sum + width, 0),
    make: (first, size) =>
      tidy(() =>
        tf.concat(
          parts.map(({ make }) => make(first, size)),
          1,
        ),
      ),
  };
}

/** Adds A·Bᵀ, piece by piece; of a symmetric matrix those on and above the diagonal. */
function addInnerProducts(a: GradientPart, b: GradientPart, isSymmetric: boolean, gram: Float64Array): void {
  const most = Math.max(1, Math.floor(LARGEST_PIECE / a.width));
  const step = isSymmetric ? Math.min(STRIPE, most) : most;
  // Few gradients are formed once, many again for every row of pieces.
  const isHeld = isSymmetric && a.count <= most;
  const held = new Map<number, Tensor>();
  const piece = (part: GradientPart, first: number) => {
    const made = held.get(first) ?? part.make(first, Math.min(step, part.count - first));
    if (isHeld) held.set(first, made);
    return made;
  };
  for (let n = 0; n < a.count; n += step) {
    const left = piece(a, n);
    for (let m = isSymmetric ? n : 0; m < b.count; m += step) {
      const right = isSymmetric && m === n ? left : piece(b, m);
      const product = tf.matMul(left, right, false, true);
      addAt(product, { gram, stride: b.count, n, m, isMirrored: isSymmetric && m !== n });
      product.dispose();
      if (!isHeld && right !== left) right.dispose();
    }
    if (!isHeld) left.dispose();
  }
  for (const made of held.values()) made.dispose();
}

/** Where a piece of a matrix lies. */
interface Place {
  readonly gram: Float64Array;
  /** Columns of the whole matrix. */
  readonly stride: number;
  readonly n: number;
  readonly m: number;
  /** Whether it also lies, transposed, on the other side of the diagonal. */
  readonly isMirrored: boolean;
}

function addAt(piece: Tensor, { gram, stride, n, m, isMirrored }: Place): void {
  const [rows, columns] = piece.shape;
  const values = readTensor(piece);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j];
      gram[(n + i) * stride + m + j] += value;
      if (isMirrored) gram[(m + j) * stride + n + i] += value;
    }
  }
}

/** Whether products of all tokens with all tokens take fewer operations than gradients and their products. */
function tokensPay(a: LinearCapture, b: LinearCapture): boolean {
  const [N, T, D] = tokenShape(a.input);
  const [M, S] = tokenShape(b.input);
  const E = a.cotangent.shape.at(-1)!;
  return T * S * (D + E) * N * M < D * E * N * M + BATCHED_COST * D * E * (T * N + S * M);
}

/** Multiplies all tokens with all tokens, of the inputs and of the cotangents, and sums over both. */
function addByTokens(a: LinearCapture, b: LinearCapture, gram: Float64Array): void {
  const [N, T] = tokenShape(a.input);
  const [M, S] = tokenShape(b.input);
  const step = Math.max(1, Math.floor(LARGEST_PIECE / (T * S * M)));
  for (let n = 0; n < N; n += step) {
    const count = Math.min(step, N - n);
    const sums = tidy(() => {
      const product = (from: Tensor, to: Tensor) => {
        const width = from.shape.at(-1)!;
        const left = tf.reshape(take(from, n, count), [count * T, width]);
        return tf.matMul(left, tf.reshape(to, [M * S, width]), false, true);
      };
      const products = tf.mul(product(a.input, b.input), product(a.cotangent, b.cotangent));
      return tf.sum(tf.reshape(products, [count, T, M, S]), [1, 3]);
    });
    addAt(sums, { gram, stride: M, n, m: 0, isMirrored: false });
    sums.dispose();
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

function flat(tensor: Tensor, first: number, count: number): Tensor {
  return tidy(() => {
    const all = tf.reshape(tensor, [tensor.shape[0], tensor.size / tensor.shape[0]]);
    return tf.slice(all, [first, 0], [count, -1]);
  });
}

/** Some examples of N × … × D, as count × T × D. */
function take(tensor: Tensor, first: number, count: number): Tensor {
  const all = tf.reshape(tensor, tokenShape(tensor));
  return count === all.shape[0] ? all : tf.slice(all, [first, 0, 0], [count, -1, -1]);
}

/** N, T and D of N × … × D. */
function tokenShape({ shape, size }: Tensor): [number, number, number] {
  const [N] = shape;
  const D = shape.at(-1)!;
  return [N, size / (N * D), D];
}
