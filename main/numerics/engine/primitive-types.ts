import type { Shape, Tensor } from './tensor';

/** A primitive without attributes. */
type NoAttributes = Readonly<Record<string, never>>;

/**
 * The closed list of primitives: for each name its inputs, its constant attributes, and the tensors
 * that its derivative rules need (`saved`). Shapes in the alphabet of `ops.ts`.
 */
interface PrimitiveTypes {
  /** a + b, where b's shape is a's shape without some leading axes. */
  add: { inputs: [a: Tensor, b: Tensor]; attributes: NoAttributes; saved: NoAttributes };
  /** The same numbers under another shape. */
  reshape: { inputs: [x: Tensor]; attributes: { readonly shape: Shape }; saved: NoAttributes };
  /** A·B, or A·Bᵀ with `transposeB`, on the last axis of A. */
  matMul: {
    inputs: [a: Tensor, b: Tensor];
    attributes: { readonly transposeB: boolean };
    saved: { a: Tensor; b: Tensor };
  };
  /** x·Wᵀ + b on the last axis of x. */
  linear: {
    inputs: [x: Tensor, weight: Tensor, bias: Tensor];
    attributes: NoAttributes;
    saved: { x: Tensor; weight: Tensor };
  };
  /** x̂∘γ + β with x̂ = (x − mean x)/√(var x + ε) on the last axis. */
  layerNorm: {
    inputs: [x: Tensor, weight: Tensor, bias: Tensor];
    attributes: { readonly epsilon: number };
    saved: { normalized: Tensor; inverseDeviation: Tensor; weight: Tensor };
  };
  /** Multi-head self-attention softmax(QKᵀ/√d)·V of packed queries, keys and values. */
  attention: {
    inputs: [qkv: Tensor];
    attributes: { readonly heads: number };
    saved: { queries: Tensor; keys: Tensor; values: Tensor; weights: Tensor };
  };
  /** x·σ(1.702x). */
  quickGelu: {
    inputs: [x: Tensor];
    attributes: NoAttributes;
    saved: { sigmoid: Tensor; output: Tensor };
  };
  /** x·Φ(x). */
  gelu: { inputs: [x: Tensor]; attributes: NoAttributes; saved: { x: Tensor; cdf: Tensor } };
  /** An image cut into flattened patches, channel-major within a patch. */
  patchify: { inputs: [pixels: Tensor]; attributes: { readonly patchSize: number }; saved: NoAttributes };
  /** One token put in front of every sequence of a batch. */
  prependToken: { inputs: [token: Tensor, tokens: Tensor]; attributes: NoAttributes; saved: NoAttributes };
  /** The first token of every sequence of a batch. */
  firstToken: { inputs: [tokens: Tensor]; attributes: NoAttributes; saved: NoAttributes };
}

/** Name of a primitive. */
export type PrimitiveName = keyof PrimitiveTypes;

/** Inputs of a primitive, as a tuple of tensors. */
export type Inputs<K extends PrimitiveName> = PrimitiveTypes[K]['inputs'];

type MapTuple<T extends readonly unknown[], U> = { readonly [I in keyof T]: U };

/** A tuple with one U for each input of a primitive. */
export type ForEachInput<K extends PrimitiveName, U> = MapTuple<Inputs<K>, U>;

/** Constants of one application of a primitive. */
export type Attributes<K extends PrimitiveName> = PrimitiveTypes[K]['attributes'];

/** Tensors that the derivative rules of a primitive need. */
export type Saved<K extends PrimitiveName> = PrimitiveTypes[K]['saved'];

/** What evaluating a primitive gives; `saved` may hold inputs and the output themselves. */
export interface Evaluated<K extends PrimitiveName> {
  readonly output: Tensor;
  readonly saved: Saved<K>;
}

/** One application of a primitive, as derivative rules see it. */
export interface Application<K extends PrimitiveName> {
  readonly attributes: Attributes<K>;
  readonly inputShapes: ForEachInput<K, Shape>;
  readonly outputShape: Shape;
  readonly saved: Saved<K>;
}
