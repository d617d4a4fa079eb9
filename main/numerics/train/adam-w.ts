import type { AdamWSettings } from '#contract/specs/common';
import {
  assertSameLayout,
  disposeTree,
  treeFromArrays,
  treeToArrays,
  type ParamTree,
} from '#numerics/autodiff/param-tree';
import { kernels } from '#numerics/engine/kernels/active-kernels';
import type { NamedArray, Tensor } from '#numerics/engine/tensor';

/** Everything that AdamW remembers between steps. */
export interface AdamWState {
  /** How many steps were taken. */
  readonly step: number;
  /** m, running mean of the gradient, by parameter name. */
  readonly firstMoments: ReadonlyMap<string, NamedArray>;
  /** v, running mean of the squared gradient, by parameter name. */
  readonly secondMoments: ReadonlyMap<string, NamedArray>;
}

/**
 * AdamW: Adam with bias correction and decoupled weight decay that pulls θ to zero.
 *
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ(1 − lr·λ) − lr·(m/(1−β₁ᵗ))/(√(v/(1−β₂ᵗ)) + ε).
 *
 * Source: Loshchilov & Hutter, arXiv 1711.05101, algorithm 2; torch.optim.AdamW. In linearized
 * fine-tuning it is applied to θ = θ0 + δ, as in `finetune.py` of the reference implementation of arXiv 2305.12827.
 *
 * Arithmetic is float64, with m, v and θ rounded to float32 after each step. The moments live on the engine.
 */
export class AdamW {
  readonly #settings: AdamWSettings;
  readonly #decayed: 'all' | 'matrices';
  #firstMoments: ParamTree;
  #secondMoments: ParamTree;
  #step: number;

  /**
   * @param settings β₁, β₂, ε and weight decay λ; the learning rate is given with each step
   * @param state where to continue; copied. `initialAdamWState` makes the first one
   * @param decayed what λ acts on: every parameter, or only those with two axes or more
   */
  constructor(settings: AdamWSettings, state: AdamWState, decayed: 'all' | 'matrices' = 'all') {
    this.#settings = settings;
    this.#decayed = decayed;
    this.#step = state.step;
    this.#firstMoments = treeFromArrays(state.firstMoments);
    this.#secondMoments = treeFromArrays(state.secondMoments);
  }

  /**
   * Takes one step.
   *
   * @param params θ; not disposed
   * @param gradient g, of the same layout; not disposed
   * @param learningRate lr of this step
   * @returns the new θ; belongs to the caller
   * @throws {AppError} `params_mismatch` if layouts differ; nothing is changed then
   */
  update(params: ParamTree, gradient: ParamTree, learningRate: number): ParamTree {
    assertSameLayout(params, gradient);
    assertSameLayout(this.#firstMoments, params);
    assertSameLayout(this.#secondMoments, params);
    this.#step++;
    const { beta1, beta2, epsilon, weightDecay } = this.#settings;
    const constants = {
      beta1,
      beta2,
      epsilon,
      learningRate,
      firstCorrection: 1 - beta1 ** this.#step,
      secondCorrection: 1 - beta2 ** this.#step,
    };
    const next = { params: new Map(), firstMoment: new Map(), secondMoment: new Map() } satisfies Record<
      string,
      Map<string, Tensor>
    >;
    for (const [name, tensor] of params) {
      const tensors = {
        params: tensor,
        gradient: gradient.get(name)!,
        firstMoment: this.#firstMoments.get(name)!,
        secondMoment: this.#secondMoments.get(name)!,
      };
      const isDecayed = this.#decayed === 'all' || tensor.rank > 1;
      const keptShare = isDecayed ? 1 - learningRate * weightDecay : 1;
      const updated = kernels().adamW(tensors, { ...constants, keptShare });
      next.params.set(name, updated.params);
      next.firstMoment.set(name, updated.firstMoment);
      next.secondMoment.set(name, updated.secondMoment);
      // One parameter at a time, so that never more than one is held twice.
      tensors.firstMoment.dispose();
      tensors.secondMoment.dispose();
    }
    this.#firstMoments = next.firstMoment;
    this.#secondMoments = next.secondMoment;
    return next.params;
  }

  /** Returns a copy of everything needed to continue bit for bit. */
  exportState(): AdamWState {
    return {
      step: this.#step,
      firstMoments: treeToArrays(this.#firstMoments),
      secondMoments: treeToArrays(this.#secondMoments),
    };
  }

  /** Releases the moments. */
  dispose(): void {
    disposeTree(this.#firstMoments);
    disposeTree(this.#secondMoments);
  }
}

/**
 * Makes the state of AdamW before its first step.
 *
 * @param params the parameters that will be trained; names and shapes are used
 * @returns step 0 and zero moments
 */
export function initialAdamWState(params: ParamTree): AdamWState {
  const zeros = () =>
    new Map([...params].map(([name, { shape, size }]) => [name, { shape, data: new Float32Array(size) }]));
  return { step: 0, firstMoments: zeros(), secondMoments: zeros() };
}
