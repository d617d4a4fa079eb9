import { tf } from '#numerics/engine/library';
import type { Application, ForEachInput, PrimitiveName } from '#numerics/engine/primitive-types';
import { share, tidy, type Tensor } from '#numerics/engine/tensor';
import { jvpRules } from './jvp-rules';
import { vjpRules } from './vjp-rules';

/** One recorded application of a primitive, for any primitive. */
export type Step = { [K in PrimitiveName]: StepOf<K> }[PrimitiveName];

/** One recorded application of the primitive `K`; variables are numbered in order of appearance. */
export interface StepOf<K extends PrimitiveName> {
  readonly name: K;
  readonly application: Application<K>;
  /** The variables it read; null for an input that is not followed. */
  readonly inputs: readonly (number | null)[];
  /** The variable it made. */
  readonly output: number;
}

/**
 * Pushes tangents forward along recorded steps; each is released when its last reader has run.
 *
 * @param steps in the order of evaluation
 * @param seeds tangents of leaves by variable; not disposed
 * @param result the variable whose tangent is wanted
 * @returns its tangent, or undefined where it is zero; belongs to the caller
 */
export function pushForward(
  steps: readonly Step[],
  seeds: ReadonlyMap<number, Tensor>,
  result: number,
): Tensor | undefined {
  const live = new Map([...seeds].map(([variable, tangent]) => [variable, share(tangent)]));
  const lastReader = new Map<number, Step>();
  for (const step of steps) for (const input of followed(step)) lastReader.set(input, step);

  for (const step of steps) {
    const tangents = step.inputs.map((input) => (input === null ? null : (live.get(input) ?? null)));
    if (tangents.some((tangent) => tangent !== null)) {
      live.set(
        step.output,
        tidy(() => pushThrough(step, tangents)),
      );
    }
    for (const input of followed(step)) {
      if (lastReader.get(input) === step && input !== result) take(live, input)?.dispose();
    }
  }
  const tangent = take(live, result);
  for (const unread of live.values()) unread.dispose();
  return tangent;
}

/**
 * Pulls a cotangent back along recorded steps; each is released when it has been passed on.
 *
 * @param steps in the order of evaluation
 * @param result the variable that the cotangent belongs to
 * @param cotangent not disposed
 * @param observe what to tell, from the last step to the first, and what to leave out
 * @param observe.arrived called with the cotangent that arrives at a step, before it is pulled through
 * @param observe.passed called after each step
 * @param observe.unwanted variables whose cotangents are not computed
 * @returns the cotangents of the leaves that the result depends on; belong to the caller
 */
export function pullBack(
  steps: readonly Step[],
  result: number,
  cotangent: Tensor,
  observe: {
    arrived?: (step: Step, cotangent: Tensor) => void;
    passed?: (step: Step) => void;
    unwanted?: ReadonlySet<number>;
  } = {},
): Map<number, Tensor> {
  const live = new Map([[result, share(cotangent)]]);
  for (const step of steps.toReversed()) {
    const arriving = take(live, step.output);
    if (arriving !== undefined) {
      observe.arrived?.(step, arriving);
      const wanted = step.inputs.map((input) => input !== null && observe.unwanted?.has(input) !== true);
      const gradients = tidy(() => pullThrough(step, arriving, wanted));
      arriving.dispose();
      step.inputs
        .filter((_, index) => wanted[index])
        .forEach((input, index) => accumulate(live, input!, gradients[index]));
    }
    observe.passed?.(step);
  }
  return live;
}

function pushThrough<K extends PrimitiveName>(step: StepOf<K>, tangents: readonly (Tensor | null)[]): Tensor {
  return jvpRules[step.name](step.application, tangents as ForEachInput<K, Tensor | null>);
}

/** Returns one gradient for each wanted input. */
function pullThrough<K extends PrimitiveName>(
  step: StepOf<K>,
  cotangent: Tensor,
  wanted: readonly boolean[],
): Tensor[] {
  const pullbacks = vjpRules[step.name](step.application, cotangent) as readonly (() => Tensor)[];
  return pullbacks.filter((_, index) => wanted[index]).map((pull) => pull());
}

function followed(step: Step): number[] {
  return step.inputs.filter((input) => input !== null);
}

function take(live: Map<number, Tensor>, variable: number): Tensor | undefined {
  const tensor = live.get(variable);
  live.delete(variable);
  return tensor;
}

function accumulate(live: Map<number, Tensor>, variable: number, gradient: Tensor): void {
  const earlier = live.get(variable);
  if (earlier === undefined) {
    live.set(variable, gradient);
    return;
  }
  live.set(variable, tf.add(earlier, gradient));
  earlier.dispose();
  gradient.dispose();
}
