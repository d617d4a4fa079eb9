import { AppError } from '#contract/errors';
import { tf } from '#numerics/engine/library';
import { keep, share, tidy, type Tensor } from '#numerics/engine/tensor';
import type { Step, StepOf } from './sweeps';

/**
 * What passes a layer with parameters in both directions, with the batch B as first axis: enough for
 * every example's own gradient, and for inner products of such gradients, without forming them.
 */
export type LayerCapture =
  /** Gradient of example n: ȳₙᵀ·xₙ for the weight (its transpose if `isTransposed`), Σ ȳₙ over tokens for the bias. */
  | {
      readonly layer: 'linear';
      readonly weight: string;
      readonly bias: string | null;
      /** Whether the weight lies as D × E instead of E × D. */
      readonly isTransposed: boolean;
      /** B × … × D. */
      readonly input: Tensor;
      /** B × … × E. */
      readonly cotangent: Tensor;
    }
  /** Gradient of example n: Σ x̂ₙ∘ȳₙ over tokens for γ, Σ ȳₙ for β. */
  | {
      readonly layer: 'layerNorm';
      readonly weight: string;
      readonly bias: string;
      /** x̂, B × … × D. */
      readonly input: Tensor;
      /** B × … × D. */
      readonly cotangent: Tensor;
    }
  /** Gradient of example n: ȳₙ itself. */
  | { readonly layer: 'offset'; readonly parameter: string; readonly cotangent: Tensor };

/** Makes a capture from the cotangent that arrives at a step. */
type MakeCapture = (cotangent: Tensor) => LayerCapture;

/** What to capture of an evaluation. */
export interface CapturePlan {
  /** For each step that has parameters. */
  readonly makers: ReadonlyMap<Step, MakeCapture>;
  /** The variables that are parameters, also under another shape: nothing need be pulled back to them. */
  readonly parameters: ReadonlySet<number>;
}

/**
 * Plans what to capture, before anything is pulled back.
 *
 * @param names names of the leaves by variable
 * @param steps of the evaluation, in order
 * @throws {AppError} `internal` for a step whose parameters have no per-example form here
 */
export function planCaptures(names: ReadonlyMap<number, string>, steps: readonly Step[]): CapturePlan {
  const known = new Map(names);
  const makers = new Map<Step, MakeCapture>();
  for (const step of steps) {
    const read = step.inputs.map((input) => (input === null ? null : (known.get(input) ?? null)));
    if (step.name === 'reshape') {
      if (read[0] !== null) known.set(step.output, read[0]);
    } else if (read.some((name) => name !== null)) {
      makers.set(step, plan(step, read));
    }
  }
  return { makers, parameters: new Set(known.keys()) };
}

function plan(step: Step, [first, second = null, third = null]: readonly (string | null)[]): MakeCapture {
  switch (step.name) {
    case 'linear':
      if (first === null && second !== null) {
        const facts = { weight: second, bias: third, isTransposed: false };
        return (u) => linear(step.application.saved.x, u, facts);
      }
      break;
    case 'matMul':
      if (first === null && second !== null) {
        const facts = { weight: second, bias: null, isTransposed: !step.application.attributes.transposeB };
        return (u) => linear(step.application.saved.a, u, facts);
      }
      break;
    case 'layerNorm':
      if (first === null && second !== null && third !== null) {
        const facts = { layer: 'layerNorm', weight: second, bias: third } as const;
        return (u) => ({ ...facts, input: own(step.application.saved.normalized), cotangent: own(u) });
      }
      break;
    case 'add':
      if (first === null && second !== null) {
        return (u) => ({ layer: 'offset', parameter: second, cotangent: own(u) });
      }
      break;
    case 'prependToken':
      if (first !== null && second === null) {
        return (u) => ({ layer: 'offset', parameter: first, cotangent: keep(firstTokens(step, u)) });
      }
      break;
    default:
  }
  throw new AppError('internal', `parameters of ${step.name} have no gradient per example`);
}

function linear(
  input: Tensor,
  cotangent: Tensor,
  facts: { weight: string; bias: string | null; isTransposed: boolean },
): LayerCapture {
  return { layer: 'linear', ...facts, input: own(input), cotangent: own(cotangent) };
}

function firstTokens(step: StepOf<'prependToken'>, u: Tensor): Tensor {
  const [B, T, D] = step.application.outputShape;
  return tidy(() => tf.slice(tf.reshape(u, [B, T * D]), [0, 0], [B, D]));
}

function own(tensor: Tensor): Tensor {
  return keep(share(tensor));
}
