import { beforeAll, describe, expect, it, vi } from 'vitest';
import { kernelPredictorResultSchema } from '#contract/kernel-predictor';
import type { RunSpecOf } from '#contract/specs/index';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { multiplyVector } from '#numerics/linalg/dense-matrix';
import { eigenSymmetric } from '#numerics/linalg/symmetric-eigen';
import { decodeHead, encodeHead } from '#numerics/models/head-file';
import { predictClasses } from '#numerics/models/head';
import { fitKernelPredictor, residualLogits } from '#numerics/ntk/kernel-predictor';
import { relativeError } from '#test/support/closeness';
import { innerProducts, wholeJacobian } from '#test/support/jacobian';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { countCorrect } from '#worker/procedures/image-evaluator';
import { assertDecomposable } from '#worker/procedures/kernel-predictor';

type Spec = RunSpecOf<'kernel-predictor'>;

describe('the kernel predictor of a task', () => {
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
  });

  const fits = [
    { by: 'ridge', ridge: 0.01 },
    { by: 'gradientFlow', time: 5 },
    { by: 'ridge', ridge: 1e6 },
  ] as const;

  function makeSpec(kind: 'standard' | 'linear', inputs: Partial<Spec['inputs']> = {}): Spec {
    return {
      kind: 'kernel-predictor',
      specVersion: 1,
      params: { trainCount: 4, testCount: 5, fits: [...fits], blockSize: 3, engine: 'wasm' },
      inputs: { model: world.model, ...world.tasks[0], taskVector: world.vectors[kind][0], ...inputs },
      seed: 1,
    };
  }

  it('predicts what the linearised model does that is trained in parameter space', async () => {
    const before = engineMemory();
    const spec = makeSpec('linear');
    const { outputs } = await lab.run(spec);
    expect(engineMemory()).toEqual(before);
    const result = kernelPredictorResultSchema.parse(await lab.json(outputs.predictor));

    const { dataset, head: headId } = world.tasks[0];
    const head = decodeHead(await lab.context().artifacts.read(headId), 'the head');
    const { classes: C, featureSize: F, weight } = head;
    const cotangents = Array.from({ length: C }, (_, c) => weight.slice(c * F, (c + 1) * F));
    const request = { model: world.model, dataset, seed: 1, cotangents };
    const train = await wholeJacobian(lab, { ...request, split: 'train', count: 4 });
    const test = await wholeJacobian(lab, { ...request, split: 'test', count: 5 });
    const eigen = eigenSymmetric(innerProducts(train.gradients, train.gradients));
    expect(relativeError(result.eigenvalues, eigen.values)).toBeLessThan(1e-4);
    const residual = residualLogits(train.values, train.labels);
    for (const [i, fit] of fits.entries()) {
      const beta = fitKernelPredictor(eigen, residual, fit);
      // The change of the parameters that the coefficients stand for: Jᵀ β.
      const { rows, columns, data } = train.gradients;
      const change = new Float64Array(columns);
      for (let n = 0; n < rows; n++)
        for (let p = 0; p < columns; p++) change[p] += data[n * columns + p] * beta[n];
      const logits = multiplyVector(test.gradients, change).map((value, j) => test.values[j] + value);
      const expected = countCorrect(predictClasses(logits, C), test.labels);
      // A logit that ties to float32 may fall the other way.
      expect(Math.abs(result.predictors[i].accuracy.correct - expected)).toBeLessThanOrEqual(1);
      const left = multiplyVector(innerProducts(train.gradients, train.gradients), beta);
      const error = Math.sqrt(residual.reduce((sum, value, j) => sum + (value - left[j]) ** 2, 0));
      const size = Math.sqrt(residual.reduce((sum, value) => sum + value ** 2, 0));
      expect(result.predictors[i].trainResidual).toBeCloseTo(error / size, 3);
    }
    // With an enormous ridge nothing is learned.
    expect(result.predictors[2].accuracy).toEqual(result.pretrained);
    expect(result.predictors[2].trainResidual).toBeCloseTo(1, 3);
    const { linear } = result;
    expect(linear?.count).toBe(5);
    for (const { agreement } of result.predictors) expect(agreement).toBeLessThanOrEqual(5);
    expect(result.alignment.cumulative).toHaveLength(4 * C);
    expect(result.alignment.cumulative.at(-1)).toBeCloseTo(1, 10);
  });

  it('needs no fine-tuned model', async () => {
    const { outputs } = await lab.run(makeSpec('linear', { taskVector: null }));
    const result = kernelPredictorResultSchema.parse(await lab.json(outputs.predictor));
    expect(result.linear).toBeNull();
    expect(result.predictors.map(({ agreement }) => agreement)).toEqual([null, null, null]);
  });

  it('refuses a head with a bias, which un-normalised features cannot have', async () => {
    const { head } = world.tasks[0];
    const stored = decodeHead(await lab.context().artifacts.read(head), 'the head');
    const biased = encodeHead({ ...stored, bias: stored.bias.map((_, c) => c) });
    const { id } = await lab.context().artifacts.put(biased);
    await expect(lab.run(makeSpec('linear', { head: id }))).rejects.toThrow('The head has a bias');
  });

  it('warns of a matrix that takes minutes to decompose, and refuses one that takes hours', () => {
    const warn = vi.fn();
    assertDecomposable(2000, { warn });
    expect(warn).not.toHaveBeenCalled();
    assertDecomposable(2001, { warn });
    expect(warn).toHaveBeenCalledOnce();
    expect(() => assertDecomposable(6001, { warn })).toThrow('Fit fewer images');
  });

  it('is not compared with a model that was trained otherwise', async () => {
    await expect(lab.run(makeSpec('standard'))).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
