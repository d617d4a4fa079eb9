import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { additionResultSchema, evaluationResultSchema, type AdditionResult } from '#contract/results';
import type { EvaluationMode, SplitName } from '#contract/specs/common';
import type { RunSpec, RunSpecOf } from '#contract/specs/index';
import { addTasks } from '#numerics/editing/task-vector';
import { engineMemory } from '#numerics/engine/tensor';
import { startEngine } from '#numerics/engine/start-engine';
import { ImageEvaluator } from '#worker/procedures/image-evaluator';
import { loadModel, loadTaskVector } from '#worker/procedures/load-inputs';
import { countRight } from '#test/support/count-right';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { RunContext } from '#worker/run-context';
import { sharedTempFolder } from '#test/support/temp-folder';

const GRID_POINTS = 5;

describe('task addition', () => {
  const lab = new RunLab(sharedTempFolder());
  const results = {} as Record<EvaluationMode, AdditionResult>;
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
    for (const mode of ['standard', 'posthoc', 'linear'] as const) {
      results[mode] = await add(mode, world.vectors[mode === 'linear' ? 'linear' : 'standard']);
    }
  });

  async function add(mode: EvaluationMode, vectors: readonly string[]): Promise<AdditionResult> {
    const before = engineMemory();
    const run = await lab.run(additionSpec(mode, vectors));
    expect(engineMemory()).toEqual(before);
    return additionResultSchema.parse(await lab.json(run.outputs.addition));
  }

  function additionSpec(mode: EvaluationMode, vectors: readonly string[]): RunSpecOf<'edit-add'> {
    const tasks = world.tasks.map((task, t) => ({ ...task, taskVector: vectors[t] }));
    return {
      kind: 'edit-add',
      specVersion: 2,
      params: { mode, gridPoints: GRID_POINTS, batchSize: 7, engine: 'wasm' },
      inputs: { model: world.model, tasks },
      seed: 0,
    };
  }

  const countByExpansion = (
    task: number,
    split: SplitName,
    vectors: readonly string[],
    scalingCoefs: readonly number[],
  ) =>
    countRight(lab, {
      mode: 'linear',
      model: world.model,
      task: world.tasks[task],
      split,
      vectors,
      scalingCoefs,
    });

  it.each(['posthoc', 'linear'] as const)(
    'from responses is what evaluating the expansion at every α gives (%s)',
    async (mode) => {
      const vectors = world.vectors[mode === 'linear' ? 'linear' : 'standard'];
      for (const { scalingCoef, val } of results[mode].sweep) {
        for (const [t, { correct }] of val.tasks.entries()) {
          const alphas = vectors.map(() => scalingCoef);
          expect(correct, `task ${t} at α = ${scalingCoef}`).toBe(
            await countByExpansion(t, 'val', vectors, alphas),
          );
        }
      }
      for (const [t, { correct }] of results[mode].singleTask.test.tasks.entries()) {
        expect(correct).toBe(await countByExpansion(t, 'test', [vectors[t]], [1]));
      }
    },
  );

  it.each(['posthoc', 'linear'] as const)('is also measured at α = 1 (%s)', async (mode) => {
    const vectors = world.vectors[mode === 'linear' ? 'linear' : 'standard'];
    for (const [t, { correct }] of results[mode].testAtOne!.tasks.entries()) {
      expect(correct).toBe(await countByExpansion(t, 'test', vectors, [1, 1]));
    }
  });

  it('does not measure α = 1 a second time where it is the chosen one', async () => {
    const measured = vi.spyOn(ImageEvaluator.prototype, 'predictEach');
    onTestFinished(() => void vi.restoreAllMocks());
    const spec = additionSpec('standard', world.vectors.standard.slice(0, 1));
    const alone = { ...spec, inputs: { ...spec.inputs, tasks: spec.inputs.tasks.slice(0, 1) } };
    const run = await lab.run(alone);
    const result = additionResultSchema.parse(await lab.json(run.outputs.addition));
    // A task that is added alone at α = 1 is its single-task model.
    expect(result.testAtOne).toEqual(result.singleTask.test);
    const chosen = new Set([0, result.chosenScalingCoef, 1]);
    expect(measured.mock.calls).toHaveLength(GRID_POINTS + chosen.size);
  });

  it('of the network is what evaluating each edited model gives', async () => {
    const { chosenScalingCoef, test, testAtOne, pretrained } = results.standard;
    for (const t of world.tasks.keys()) {
      expect(testAtOne!.tasks[t].correct).toBe(await evaluate(t, [1, 1]));
      expect(test.tasks[t].correct).toBe(await evaluate(t, [chosenScalingCoef, chosenScalingCoef]));
      expect(pretrained.tasks[t].correct).toBe(await evaluate(t, [0, 0]));
    }
  });

  it.each(['standard', 'linear'] as const)(
    'gives the same numbers where the images take too much memory to be held (%s)',
    async (mode) => {
      vi.spyOn(RunContext.prototype, 'availableBytes').mockReturnValue(1000);
      onTestFinished(() => void vi.restoreAllMocks());
      const elsewhere = new RunLab(lab.root, 'not-held');
      const run = await elsewhere.run(additionSpec(mode, world.vectors[mode]));
      expect(JSON.stringify(run.events)).toContain('is decoded batch by batch');
      expect(await lab.json(run.outputs.addition)).toEqual(results[mode]);
    },
  );

  async function evaluate(task: number, scalingCoefs: readonly number[]): Promise<number> {
    const run = await lab.run({
      kind: 'evaluate',
      specVersion: 1,
      params: {
        mode: 'standard',
        split: 'test',
        scalingCoefs: [...scalingCoefs],
        batchSize: 64,
        engine: 'wasm',
      },
      inputs: { model: world.model, ...world.tasks[task], taskVectors: [...world.vectors.standard] },
      seed: 0,
    });
    return evaluationResultSchema.parse(await lab.json(run.outputs.evaluation)).accuracy.correct;
  }

  it.each(['standard', 'posthoc', 'linear'] as const)('keeps the protocol (%s)', (mode) => {
    const { sweep, pretrained, singleTask, chosenScalingCoef, test } = results[mode];
    expect(sweep.map(({ scalingCoef }) => scalingCoef)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    // A single task at α = 1 is its own normaliser.
    for (const split of [singleTask.val, singleTask.test]) {
      expect(split.tasks.map(({ normalizedTop1 }) => normalizedTop1)).toEqual([1, 1]);
    }
    // α = 0 is the pre-trained model for every method.
    expect(pretrained.tasks.map(({ correct }) => correct)).toEqual(
      results.standard.pretrained.tasks.map(({ correct }) => correct),
    );
    expect(sweep[0].val.averageTop1).toBe(results.standard.sweep[0].val.averageTop1);
    // The choice is the first largest mean of ratios on validation data.
    const scores = sweep.map(({ val }) => val.averageNormalizedTop1 ?? -1);
    expect(chosenScalingCoef).toBe(sweep[scores.indexOf(Math.max(...scores))].scalingCoef);
    const ratios = test.tasks.map(({ top1 }, t) => top1 / singleTask.test.tasks[t].top1);
    expect(test.averageNormalizedTop1).toBeCloseTo((ratios[0] + ratios[1]) / 2, 12);
  });

  it('tells methods apart by their vectors alone: posthoc and linear agree on the same vectors', async () => {
    const linear = await add('linear', world.vectors.standard);
    expect(linear).toEqual({ ...results.posthoc, mode: 'linear' });
  });

  it('warns where a vector is used in a model it was not trained in', async () => {
    const run = await lab.run(additionSpec('standard', world.vectors.linear));
    expect(run.warnings.join()).toMatch(/expects task vectors of kind standard/);
    const usual = await lab.run(additionSpec('linear', world.vectors.linear));
    expect(usual.warnings.filter((warning) => warning.includes('kind'))).toEqual([]);
  });

  it('stores exactly the model that it measured, and its task vector', async () => {
    const run = await lab.run(additionSpec('standard', world.vectors.standard));
    const context = lab.context();
    const edited = await loadModel(context, run.outputs.model);
    const model = await loadModel(context, world.model);
    const vectors = await Promise.all(
      world.vectors.standard.map((id) => loadTaskVector(context, id, world.model)),
    );
    const scalingCoef = results.standard.chosenScalingCoef;
    const terms = vectors.map(({ tensors }) => ({ scalingCoef, tensors }));
    expect(edited.params).toEqual(addTasks(model.params, terms));
    const own = await loadTaskVector(context, run.outputs.taskVector, world.model);
    const again = addTasks(model.params, [{ scalingCoef: 1, tensors: own.tensors }]);
    for (const [name, { data }] of edited.params) {
      data.forEach((value, i) => expect(Math.abs(value - again.get(name)!.data[i])).toBeLessThan(1e-6));
    }
  });

  it('refuses the same vector twice, and vectors of two kinds', async () => {
    const [first] = world.vectors.standard;
    const mixed = [first, world.vectors.linear[1]];
    for (const vectors of [[first, first], mixed]) {
      await expect(lab.run(additionSpec('posthoc', vectors))).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
  });

  it('refuses to call anything an accuracy where features are not finite', async () => {
    const spec: RunSpec = {
      kind: 'evaluate',
      specVersion: 1,
      params: { mode: 'standard', split: 'test', scalingCoefs: [1e38, 1e38], batchSize: 64, engine: 'wasm' },
      inputs: { model: world.model, ...world.tasks[0], taskVectors: [...world.vectors.standard] },
      seed: 0,
    };
    await expect(lab.run(spec)).rejects.toMatchObject({ code: 'non_finite_features' });
  });

  it('refuses a task vector of another pre-trained model', async () => {
    const spec = additionSpec('standard', world.vectors.standard);
    const tuned = await lab.run({ ...spec, params: { ...spec.params, gridPoints: 2 } });
    const other = { ...spec, inputs: { ...spec.inputs, model: tuned.outputs.model } };
    await expect(lab.run(other)).rejects.toMatchObject({ code: 'params_mismatch' });
  });
});
