import type { AttentionAttributes, SavedAttention, SavedLayerNorm } from './kernels/kernel-set';
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
    saved: SavedLayerNorm;
  };
  /** Multi-head self-attention softmax(QKᵀ/√d)·V of packed queries, keys and values. */
  attention: { inputs: [qkv: Tensor]; attributes: AttentionAttributes; saved: SavedAttention };
  /** x·σ(1.702x). */
  quickGelu: { inputs: [x: Tensor]; attributes: NoAttributes; saved: { slope: Tensor } };
  /** x·Φ(x). */
  gelu: { inputs: [x: Tensor]; attributes: NoAttributes; saved: { slope: Tensor } };
  /** An image cut into flattened patches, channel-major within a patch. */
  patchify: { inputs: [pixels: Tensor]; attributes: { readonly patchSize: number }; saved: NoAttributes };
  /** One token put in front of every sequence of a batch. */
  prependToken: { inputs: [token: Tensor, tokens: Tensor]; attributes: NoAttributes; saved: NoAttributes };
  /** One token of every sequence of a batch. */
  pickToken: {
    inputs: [tokens: Tensor];
    attributes: { readonly positions: readonly number[] };
    saved: NoAttributes;
  };
  /** Rows of a table. */
  embed: {
    inputs: [table: Tensor];
    attributes: { readonly indices: Int32Array; readonly shape: Shape };
    saved: NoAttributes;
  };
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

/** What evaluating a primitive gives. */
export interface Evaluated<K extends PrimitiveName> {
  readonly output: Tensor;
  /** Makes what the derivative rules need, which may be inputs and the output themselves. */
  readonly save: () => Saved<K>;
}

/** One application of a primitive, as derivative rules see it. */
export interface Application<K extends PrimitiveName> {
  readonly attributes: Attributes<K>;
  readonly inputShapes: ForEachInput<K, Shape>;
  readonly outputShape: Shape;
  readonly saved: Saved<K>;
}
