import { AppError } from '#contract/errors';
import type { AdamWSettings } from '#contract/specs/common';
import { assertSameLayout, type ParamTree } from '#numerics/autodiff/param-tree';
import { createTensor, readTensor, type NamedArray } from '#numerics/engine/tensor';

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
 * Arithmetic is float64 with m, v and θ rounded to float32 after each step, outside the engine: the
 * same on every engine, and the moments take none of its memory.
 */
export class AdamW {
  readonly #settings: AdamWSettings;
  readonly #firstMoments: ReadonlyMap<string, NamedArray>;
  readonly #secondMoments: ReadonlyMap<string, NamedArray>;
  #step: number;

  /**
   * @param settings β₁, β₂, ε and weight decay λ; the learning rate is given with each step
   * @param state where to continue; copied. `initialAdamWState` makes the first one
   */
  constructor(settings: AdamWSettings, state: AdamWState) {
    this.#settings = settings;
    this.#step = state.step;
    this.#firstMoments = copyArrays(state.firstMoments);
    this.#secondMoments = copyArrays(state.secondMoments);
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
    this.#assertStateFits(params);
    this.#step++;
    return new Map(
      [...params].map(([name, tensor]) => {
        const values = readTensor(tensor);
        this.#updateInPlace(name, values, readTensor(gradient.get(name)!), learningRate);
        return [name, createTensor(values, tensor.shape)];
      }),
    );
  }

  /** Returns a copy of everything needed to continue bit for bit. */
  exportState(): AdamWState {
    return {
      step: this.#step,
      firstMoments: copyArrays(this.#firstMoments),
      secondMoments: copyArrays(this.#secondMoments),
    };
  }

  #updateInPlace(name: string, theta: Float32Array, g: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#settings;
    const m = this.#firstMoments.get(name)!.data;
    const v = this.#secondMoments.get(name)!.data;
    const keptShare = 1 - learningRate * weightDecay;
    const firstCorrection = 1 - beta1 ** this.#step;
    const secondCorrection = 1 - beta2 ** this.#step;
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      const direction = m[i] / firstCorrection / (Math.sqrt(v[i] / secondCorrection) + epsilon);
      theta[i] = theta[i] * keptShare - learningRate * direction;
    }
  }

  #assertStateFits(params: ParamTree): void {
    for (const [parameter, { size }] of params) {
      for (const moments of [this.#firstMoments, this.#secondMoments]) {
        if (moments.get(parameter)?.data.length === size) continue;
        throw new AppError('params_mismatch', `the optimizer's state does not fit parameter "${parameter}"`, {
          parameter,
        });
      }
    }
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

function copyArrays(arrays: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  return new Map([...arrays].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}
