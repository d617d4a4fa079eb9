import type { Attributes, ForEachInput, PrimitiveName } from './primitive-types';
import type { Shape, Tensor } from './tensor';

/**
 * A value that a tracer follows through a computation. Ops that meet one hand their primitive to its
 * tracer instead of evaluating it, which is how derivatives are taken of models that know nothing of
 * them (and how this room stays free of autodiff).
 */
export abstract class Traced {
  abstract readonly shape: Shape;
  abstract readonly tracer: Tracer;
  /** Returns the tensors that this value holds, so that scopes do not dispose them. */
  abstract tensors(): Tensor[];
}

/** What ops work on: numbers, or numbers under a tracer. */
export type Value = Tensor | Traced;

/** The inputs of a primitive where each may be traced. */
export type ValuesFor<K extends PrimitiveName> = ForEachInput<K, Value>;

/** Follows primitives as they are applied. */
export interface Tracer {
  /**
   * Evaluates a primitive and remembers or propagates what this tracer is about.
   *
   * @param name which primitive
   * @param inputs at least one of them belongs to this tracer
   * @param attributes constants of this application
   * @returns the result under the same tracer
   */
  apply<K extends PrimitiveName>(name: K, inputs: ValuesFor<K>, attributes: Attributes<K>): Traced;
}
