import type { Shape, Tensor } from '../tensor';

/** Constants of an attention. */
export interface AttentionAttributes {
  /** H, the number of heads. */
  readonly heads: number;
  /** Whether a token sees only itself and the tokens before it. */
  readonly causal: boolean;
}

/** What the derivatives of a layer normalization are made of: x̂, r = 1/√(var x + ε) and γ. */
export interface SavedLayerNorm {
  readonly normalized: Tensor;
  readonly inverseDeviation: Tensor;
  readonly weight: Tensor;
}

/** What the derivatives of an attention are made of: the packed input and P, BH × T × T. */
export interface SavedAttention {
  readonly qkv: Tensor;
  readonly weights: Tensor;
}

/** What one step of AdamW works on; all of one shape. */
export interface AdamWTensors {
  /** θ. */
  readonly params: Tensor;
  /** g. */
  readonly gradient: Tensor;
  /** m. */
  readonly firstMoment: Tensor;
  /** v. */
  readonly secondMoment: Tensor;
}

/** Constants of one step of AdamW, in float64. */
export interface AdamWConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly learningRate: number;
  /** 1 − lr·λ, with which θ is multiplied. */
  readonly keptShare: number;
  /** 1 − β₁ᵗ. */
  readonly firstCorrection: number;
  /** 1 − β₂ᵗ. */
  readonly secondCorrection: number;
}

/**
 * The computations that pay to be fused: whole primitives and their derivatives in one pass over
 * memory. Every engine has them; an engine without kernels of its own composes them of
 * TensorFlow.js ops (`composed.ts`), which is also what the others are tested against.
 *
 * All results are new tensors and belong to the caller, who wraps calls in `tidy`.
 */
export interface KernelSet {
  /** Adds a row to every row of x, and another tensor of x's shape if given: x + other + row. */
  addRow(x: Tensor, row: Tensor, other?: Tensor): Tensor;
  /** Sums x, or x∘factor, over leading axes to `shape`: the transpose of repeating over them. */
  sumLeading(x: Tensor, shape: Shape, factor?: Tensor): Tensor;
  /** x̂∘γ + β with x̂ = (x − mean x)·r and r = 1/√(var x + ε) on the last axis. */
  layerNorm(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    epsilon: number,
  ): { output: Tensor; normalized: Tensor; inverseDeviation: Tensor };
  /** γ∘N'(ẋ) + x̂∘γ̇ + β̇ with N'(d) = r·(d − mean d − x̂·mean(x̂∘d)), which is symmetric. */
  layerNormJvp(saved: SavedLayerNorm, dx: Tensor, dWeight: Tensor, dBias: Tensor): Tensor;
  /** N'(γ∘ȳ). */
  layerNormVjp(saved: SavedLayerNorm, u: Tensor): Tensor;
  /** P·V for every head, with P = softmax(QKᵀ/√d); qkv B × T × 3D to B × T × D. */
  attention(qkv: Tensor, attributes: AttentionAttributes): { output: Tensor; weights: Tensor };
  /** ṖV + PV̇ with Ṗ = softmax'(Q̇Kᵀ/√d + QK̇ᵀ/√d). */
  attentionJvp(saved: SavedAttention, attributes: AttentionAttributes, dQkv: Tensor): Tensor;
  /** Q̄ = S̄K/√d, K̄ = S̄ᵀQ/√d, V̄ = PᵀŌ with S̄ = softmax'(ŌVᵀ), packed as qkv is. */
  attentionVjp(saved: SavedAttention, attributes: AttentionAttributes, u: Tensor): Tensor;
  /** Σ xᵢ², in float64. */
  sumSquares(x: Tensor): number;
  /** New θ, m and v (see `AdamW`), computed in float64 and rounded once to float32. */
  adamW(tensors: AdamWTensors, constants: AdamWConstants): Omit<AdamWTensors, 'gradient'>;
  /** x·σ(1.702x). */
  quickGelu(x: Tensor): Tensor;
  /** Its derivative: with s = σ(1.702x) it is s + 1.702·x·s·(1 − s). */
  quickGeluSlope(x: Tensor): Tensor;
  /** x·Φ(x), in the erf form. */
  gelu(x: Tensor): Tensor;
  /** Its derivative: Φ(x) + x·φ(x). */
  geluSlope(x: Tensor): Tensor;
}
