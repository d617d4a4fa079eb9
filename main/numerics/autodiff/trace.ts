import { AppError } from '#contract/errors';
import { tf } from '#numerics/engine/library';
import type { Attributes, Inputs, PrimitiveName, Saved } from '#numerics/engine/primitive-types';
import { primitives } from '#numerics/engine/primitives';
import { keep, share, tidy, type Shape, type Tensor } from '#numerics/engine/tensor';
import { Traced, type Tracer, type Value, type ValuesFor } from '#numerics/engine/traced';
import { planCaptures, type LayerCapture } from './layer-capture';
import type { ParamFunction } from './param-function';
import { assertSameLayout, type ParamTree } from './param-tree';
import { pullBack, pushForward, type Step, type StepOf } from './sweeps';

/**
 * One evaluation of a function of parameters θ, stored so that derivatives can be taken along it in
 * both directions. Only what the rules of the applied primitives ask for is stored, and values that
 * do not depend on parameters are not followed. The caller disposes it.
 */
export class Trace {
  /** f(θ); belongs to the trace. */
  readonly primal: Tensor;
  readonly #params: ParamTree;
  readonly #variables: ReadonlyMap<string, number>;
  readonly #steps: readonly Step[];
  readonly #result: number;

  /**
   * @param f function of parameters
   * @param params θ; the trace refers to it for names and shapes, the caller keeps it alive
   * @throws {AppError} `internal` if the result does not depend on the parameters
   */
  constructor(f: ParamFunction, params: ParamTree) {
    const recorder = new Recorder();
    const leaves = new Map([...params].map(([name, value]) => [name, recorder.variable(value)]));
    let result: Variable | undefined;
    try {
      this.primal = keep(
        tidy(() => {
          result = recorder.follow(f(leaves));
          return share(result.value);
        }),
      );
    } catch (error) {
      recorder.steps.forEach(releaseStep);
      throw error;
    }
    this.#params = params;
    this.#variables = new Map([...leaves].map(([name, { id }]) => [name, id]));
    this.#steps = recorder.steps;
    this.#result = result!.id;
  }

  /**
   * Pushes a tangent forward along the evaluation.
   *
   * @param tangents v, of the layout of θ
   * @returns J(θ)·v, of the shape of the primal; belongs to the caller
   * @throws {AppError} `params_mismatch` if the layouts differ
   */
  pushForward(tangents: ParamTree): Tensor {
    assertSameLayout(this.#params, tangents);
    const seeds = new Map([...tangents].map(([name, tangent]) => [this.#variables.get(name)!, tangent]));
    return pushForward(this.#steps, seeds, this.#result) ?? tf.zeros(this.primal.shape);
  }

  /**
   * Pulls a cotangent back along the evaluation.
   *
   * @param cotangent u, of the shape of the primal
   * @returns J(θ)ᵀ·u; belongs to the caller
   */
  pullBack(cotangent: Tensor): ParamTree {
    return this.#gradient(pullBack(this.#steps, this.#result, cotangent));
  }

  /**
   * Does what `pullBack` does, releases what is stored as soon as it was used, and disposes the trace.
   *
   * @param cotangent u, of the shape of the primal
   * @returns J(θ)ᵀ·u; belongs to the caller
   */
  pullBackAndDispose(cotangent: Tensor): ParamTree {
    const gradient = this.#gradient(pullBack(this.#steps, this.#result, cotangent, { passed: releaseStep }));
    this.dispose();
    return gradient;
  }

  /**
   * Pulls a cotangent back and keeps what passes each layer that has parameters, instead of the gradient.
   *
   * If the rows of the primal belong to the examples of a batch, each on its own, as in an encoder, the
   * captures hold every example's own gradient for its own row of u. Source: per-example gradients from
   * layer inputs and output gradients, arXiv 1510.01799 (Goodfellow).
   *
   * @param cotangent u, of the shape of the primal
   * @returns one capture for each layer, from the last to the first; their tensors belong to the caller
   * @throws {AppError} `internal` if a parameter is used in a way that has no per-example form
   */
  captureLayers(cotangent: Tensor): LayerCapture[] {
    const names = new Map([...this.#variables].map(([name, variable]) => [variable, name]));
    const { makers, parameters } = planCaptures(names, this.#steps);
    const captures: LayerCapture[] = [];
    pullBack(this.#steps, this.#result, cotangent, {
      arrived: (step, arriving) => {
        const make = makers.get(step);
        if (make !== undefined) captures.push(make(arriving));
      },
      unwanted: parameters,
    });
    return captures;
  }

  /** Releases the primal and everything that is stored. */
  dispose(): void {
    this.#steps.forEach(releaseStep);
    this.primal.dispose();
  }

  #gradient(cotangents: ReadonlyMap<number, Tensor>): ParamTree {
    return new Map(
      [...this.#params].map(([name, { shape }]) => [
        name,
        cotangents.get(this.#variables.get(name)!) ?? tf.zeros(shape),
      ]),
    );
  }
}

/** A value during recording; its tensor lives only until the enclosing scope ends. */
class Variable extends Traced {
  readonly tracer: Recorder;
  readonly id: number;
  readonly value: Tensor;

  constructor(tracer: Recorder, id: number, value: Tensor) {
    super();
    this.tracer = tracer;
    this.id = id;
    this.value = value;
  }

  get shape(): Shape {
    return this.value.shape;
  }

  tensors(): Tensor[] {
    return [this.value];
  }
}

/** Writes down every application of a primitive to a variable. */
class Recorder implements Tracer {
  readonly steps: Step[] = [];
  #variables = 0;

  variable(value: Tensor): Variable {
    return new Variable(this, this.#variables++, value);
  }

  follow(value: Value): Variable {
    if (value instanceof Variable && value.tracer === this) return value;
    throw new AppError('internal', 'a traced function must return a value that depends on its parameters');
  }

  apply<K extends PrimitiveName>(name: K, inputs: ValuesFor<K>, attributes: Attributes<K>): Variable {
    const variables = (inputs as readonly Value[]).map((input) =>
      input instanceof Traced ? this.follow(input) : null,
    );
    const values = (inputs as readonly Value[]).map((input, i) => variables[i]?.value ?? (input as Tensor));
    let saved: Saved<K> | undefined;
    const output = tidy(() => {
      const evaluated = primitives[name](values as unknown as Inputs<K>, attributes);
      saved = storeAll(evaluated.save());
      return evaluated.output;
    });
    const result = this.variable(output);
    const step = {
      name,
      application: {
        attributes,
        inputShapes: values.map((value) => value.shape) as unknown as StepOf<K>['application']['inputShapes'],
        outputShape: output.shape,
        saved: saved!,
      },
      inputs: variables.map((variable) => variable?.id ?? null),
      output: result.id,
    } satisfies StepOf<K>;
    this.steps.push(step as unknown as Step);
    return result;
  }
}

/** Shares every saved tensor, so that the trace owns its copy whoever disposes the original. */
function storeAll<S extends object>(saved: S): S {
  return Object.fromEntries(
    Object.entries(saved as Record<string, Tensor>).map(([name, tensor]) => [name, keep(share(tensor))]),
  ) as S;
}

/** Releases what a step stores; doing it twice does nothing. */
function releaseStep({ application }: Step): void {
  for (const tensor of Object.values(application.saved as Record<string, Tensor>)) tensor.dispose();
}
