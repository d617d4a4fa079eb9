import { AppError } from '#contract/errors';
import { primitives } from '#numerics/engine/primitives';
import type {
  Application,
  Attributes,
  ForEachInput,
  Inputs,
  PrimitiveName,
} from '#numerics/engine/primitive-types';
import { createTensor, share, sizeOf, tidy, type Tensor } from '#numerics/engine/tensor';
import { Traced, type Tracer, type Value, type ValuesFor } from '#numerics/engine/traced';
import { jvpRules } from './jvp-rules';
import type { ParamFunction } from './param-function';
import { assertSameLayout, type ParamTree } from './param-tree';

/** A value and its derivative along one direction. */
export interface Jvp {
  /** f(θ). */
  readonly primal: Tensor;
  /** J(θ)·v. */
  readonly tangent: Tensor;
}

/** A value and its derivatives along several directions. */
export interface JvpMany {
  /** f(θ). */
  readonly primal: Tensor;
  /** J(θ)·vₜ for each direction, in their order. */
  readonly tangents: readonly Tensor[];
}

/**
 * Evaluates a function together with its derivative along one direction.
 *
 * @param f function of parameters
 * @param params θ
 * @param tangents v, of the same layout
 * @returns f(θ) and J(θ)·v; belong to the caller
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function jvp(f: ParamFunction, params: ParamTree, tangents: ParamTree): Jvp {
  const { primal, tangents: pushed } = jvpMany(f, params, [tangents]);
  return { primal, tangent: pushed[0] };
}

/**
 * Evaluates a function together with its derivatives along several directions, on one primal pass.
 *
 * Nothing is stored: tangents travel with the primal values, and scopes release both. Cost: one
 * forward pass and about two per direction.
 *
 * @param f function of parameters
 * @param params θ
 * @param directions v₁ … vₖ, each of the layout of `params`
 * @returns f(θ) and J(θ)·vₜ; belong to the caller
 * @throws {AppError} `params_mismatch` if a layout differs
 */
export function jvpMany(f: ParamFunction, params: ParamTree, directions: readonly ParamTree[]): JvpMany {
  for (const direction of directions) assertSameLayout(params, direction);
  const tracer = new ForwardTracer(directions.length);
  const duals = new Map(
    [...params].map(([name, primal]) => {
      const tangents = directions.map((direction) => direction.get(name)!);
      return [name, new Dual(tracer, primal, tangents)] as const;
    }),
  );
  const [primal, ...tangents] = tidy(() => {
    const result = tracer.lift(f(duals));
    // Shared, because a function may return one of its parameters.
    const zero = () => createTensor(new Float32Array(sizeOf(result.shape)), result.shape);
    return [share(result.primal), ...result.tangents.map((tangent) => (tangent ? share(tangent) : zero()))];
  });
  return { primal, tangents };
}

/** A tensor with its tangents; null stands for zero. */
class Dual extends Traced {
  readonly tracer: ForwardTracer;
  readonly primal: Tensor;
  readonly tangents: readonly (Tensor | null)[];

  constructor(tracer: ForwardTracer, primal: Tensor, tangents: readonly (Tensor | null)[]) {
    super();
    this.tracer = tracer;
    this.primal = primal;
    this.tangents = tangents;
  }

  get shape() {
    return this.primal.shape;
  }

  tensors(): Tensor[] {
    return [this.primal, ...this.tangents.filter((tangent) => tangent !== null)];
  }
}

/** Pushes tangents along while values are computed. */
class ForwardTracer implements Tracer {
  readonly #directions: number;

  constructor(directions: number) {
    this.#directions = directions;
  }

  apply<K extends PrimitiveName>(name: K, inputs: ValuesFor<K>, attributes: Attributes<K>): Dual {
    const duals = (inputs as readonly Value[]).map((input) => this.lift(input));
    let dual: Dual | undefined;
    tidy(() => {
      const { output, save } = primitives[name](
        duals.map((d) => d.primal) as unknown as Inputs<K>,
        attributes,
      );
      const application: Application<K> = {
        attributes,
        saved: save(),
        inputShapes: duals.map((d) => d.shape) as unknown as Application<K>['inputShapes'],
        outputShape: output.shape,
      };
      const tangents = Array.from({ length: this.#directions }, (_, direction) => {
        const along = duals.map((d) => d.tangents[direction]);
        if (along.every((tangent) => tangent === null)) return null;
        return jvpRules[name](application, along as unknown as ForEachInput<K, Tensor | null>);
      });
      dual = new Dual(this, output, tangents);
      return dual.tensors();
    });
    return dual!;
  }

  /** Takes a value as it is if it belongs to this tracer, and a plain tensor with zero tangents. */
  lift(input: Value): Dual {
    if (!(input instanceof Traced)) {
      return new Dual(this, input, new Array<null>(this.#directions).fill(null));
    }
    if (input instanceof Dual && input.tracer === this) return input;
    throw new AppError('internal', 'a traced value was used outside the function that it was traced in');
  }
}
