import { AppError } from '#contract/errors';
import { euclideanNorm, type Head } from './head';

/**
 * Makes a zero-shot head from prompt embeddings: for every class the mean of its normalized embeddings,
 * normalized, times the logit scale; bias 0. Sums are in float64.
 *
 * Source: Radford et al. 2021, section 3.1.4; arXiv 2305.12827's reference code, `src/heads.py`.
 *
 * @param embeddings C · K × F, row-major: for each class in turn its K prompts
 * @param classes C
 * @param featureSize F
 * @param logitScale the logarithm of the factor
 * @throws {AppError} `non_finite_features` if an embedding is zero, infinite or not a number
 */
export function makeZeroShotHead(
  embeddings: Float32Array,
  classes: number,
  featureSize: number,
  logitScale: number,
): Head {
  const F = featureSize;
  const prompts = embeddings.length / (classes * F);
  const scale = Math.exp(logitScale);
  const weight = new Float32Array(classes * F);
  for (let c = 0; c < classes; c++) {
    const mean = new Float64Array(F);
    for (let k = 0; k < prompts; k++) {
      const start = (c * prompts + k) * F;
      const embedding = embeddings.subarray(start, start + F);
      const norm = checkedNorm(embedding, c);
      for (let f = 0; f < F; f++) mean[f] += embedding[f] / norm / prompts;
    }
    const norm = checkedNorm(mean, c);
    for (let f = 0; f < F; f++) weight[c * F + f] = (scale * mean[f]) / norm;
  }
  return { classes, featureSize: F, weight, bias: new Float32Array(classes) };
}

function checkedNorm(vector: Float32Array | Float64Array, classIndex: number): number {
  const norm = euclideanNorm(vector);
  if (norm > 0 && Number.isFinite(norm)) return norm;
  throw new AppError(
    'non_finite_features',
    `The text feature of class ${classIndex} is zero, infinite or not a number.`,
    { class: classIndex },
  );
}
