import { predictClasses } from '#numerics/models/head';

/**
 * What is kept of a linearised model per image, from which its predictions at any scaling
 * coefficients follow without running the network again.
 *
 * With base feature f0 = f(x; θ0), tangents d_t = J(x) τ_t and a head with rows w_c and bias b_c, the
 * linearised feature is f(α) = f0 + Σ_t α_t d_t, and the logits are
 * (w_c·f0 + Σ_t α_t w_c·d_t) / ‖f(α)‖ + b_c with ‖f(α)‖² = aᵀ G a, a = (1, α_1, …, α_T) and
 * G the Gram matrix of (f0, d_1, …, d_T).
 */
export interface Responses {
  /** N, images. */
  readonly count: number;
  /** C. */
  readonly classCount: number;
  /** T, task vectors. */
  readonly tangentCount: number;
  /** Head times base and tangents: N × (1 + T) × C, float64. */
  readonly projections: Float64Array;
  /** Gram matrices: N × (1 + T) × (1 + T), float64. */
  readonly grams: Float64Array;
  /** b, C. */
  readonly bias: Float32Array;
}

/** Collects responses batch by batch. */
export class ResponseBuilder {
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;
  readonly #classCount: number;
  readonly #featureSize: number;
  readonly #tangentCount: number;
  readonly #projections: Float64Array;
  readonly #grams: Float64Array;
  readonly #capacity: number;
  #count = 0;

  /**
   * @param head weight (C × F, row-major) and bias (C)
   * @param head.weight C × F, row-major
   * @param head.bias C
   * @param size how many images and task vectors there will be
   * @param size.count N
   * @param size.tangentCount T
   */
  constructor(
    head: { weight: Float32Array; bias: Float32Array },
    size: { count: number; tangentCount: number },
  ) {
    this.#weight = head.weight;
    this.#bias = head.bias;
    this.#classCount = head.bias.length;
    this.#featureSize = head.weight.length / head.bias.length;
    this.#tangentCount = size.tangentCount;
    this.#capacity = size.count;
    this.#projections = new Float64Array(size.count * (1 + size.tangentCount) * this.#classCount);
    this.#grams = new Float64Array(size.count * (1 + size.tangentCount) ** 2);
  }

  /**
   * Adds a batch.
   *
   * @param base f0, B × F
   * @param tangents d_t for every t, each B × F
   */
  add(base: Float32Array, tangents: readonly Float32Array[]): void {
    const F = this.#featureSize;
    const vectors = [base, ...tangents];
    const size = base.length / F;
    for (let image = 0; image < size; image++) {
      const at = image * F;
      vectors.forEach((vector, i) => {
        const row = (this.#count * vectors.length + i) * this.#classCount;
        for (let c = 0; c < this.#classCount; c++) {
          this.#projections[row + c] = dot(vector, at, this.#weight, c * F, F);
        }
        vectors.forEach((other, j) => {
          this.#grams[(this.#count * vectors.length + i) * vectors.length + j] = dot(
            vector,
            at,
            other,
            at,
            F,
          );
        });
      });
      this.#count++;
    }
  }

  /** Returns the responses of all images that were added. */
  build(): Responses {
    if (this.#count !== this.#capacity) {
      throw new RangeError(`responses of ${this.#count} images, but ${this.#capacity} were expected`);
    }
    return {
      count: this.#count,
      classCount: this.#classCount,
      tangentCount: this.#tangentCount,
      projections: this.#projections,
      grams: this.#grams,
      bias: this.#bias,
    };
  }
}

/**
 * Predicts the class of every image at given scaling coefficients.
 *
 * @param responses what was kept of the linearised model
 * @param scalingCoefs α_t, one per task vector
 * @param first number of the first image among all, for errors
 * @returns N class indices, the lowest of equal logits
 * @throws {AppError} `non_finite_features` if a feature at these coefficients is zero or not finite
 */
export function predictFromResponses(
  responses: Responses,
  scalingCoefs: readonly number[],
  first = 0,
): Int32Array {
  const { count, classCount, tangentCount, projections, grams, bias } = responses;
  const width = 1 + tangentCount;
  const a = [1, ...scalingCoefs];
  // Where many tangents rode on one pass, an edit usually takes one of them.
  const used = a.flatMap((coef, i) => (coef === 0 ? [] : [i]));
  const logits = new Float64Array(count * classCount);
  for (let image = 0; image < count; image++) {
    const norm = Math.sqrt(quadraticForm(grams, image * width * width, a, used));
    for (let c = 0; c < classCount; c++) {
      let projection = 0;
      for (const i of used) projection += a[i] * projections[(image * width + i) * classCount + c];
      logits[image * classCount + c] = projection / norm + bias[c];
    }
  }
  return predictClasses(logits, classCount, first);
}

/** aᵀ G a for the matrix that begins at `offset`, where `used` are the places of a that are not 0. */
function quadraticForm(
  grams: Float64Array,
  offset: number,
  a: readonly number[],
  used: readonly number[],
): number {
  let sum = 0;
  for (const i of used) {
    for (const j of used) sum += a[i] * a[j] * grams[offset + i * a.length + j];
  }
  return sum;
}

function dot(x: Float32Array, xAt: number, y: Float32Array, yAt: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += x[xAt + k] * y[yAt + k];
  return sum;
}
