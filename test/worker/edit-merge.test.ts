import { beforeAll, describe, expect, it } from 'vitest';
import { additionResultSchema, combinationResultSchema, mergeResultSchema } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import type { MergeRule } from '#contract/specs/edit-merge.v1';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { countRight } from '#test/support/count-right';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';

const modes = ['standard', 'posthoc', 'linear'] as const;
type Mode = (typeof modes)[number];

const lab = new RunLab(sharedTempFolder());
let world: SmallWorld;
const vectorsOf = (mode: Mode) => world.vectors[mode === 'linear' ? 'linear' : 'standard'];

beforeAll(async () => {
  await startEngine('wasm');
  world = await makeSmallWorld(lab);
});

describe('edit-merge', () => {
  const inputsOf = (mode: Mode) => ({
    model: world.model,
    tasks: world.tasks.map((task, t) => ({ ...task, taskVector: vectorsOf(mode)[t] })),
  });

  function makeSpec(mode: Mode, rule: MergeRule, largestScalingCoef = 1): RunSpecOf<'edit-merge'> {
    const params = { rule, mode, gridPoints: 5, largestScalingCoef, batchSize: 7, engine: 'wasm' } as const;
    return { kind: 'edit-merge', specVersion: 1, params, inputs: inputsOf(mode), seed: 0 };
  }

  it.each(modes)('of all numbers is the addition (%s)', async (mode) => {
    const before = engineMemory();
    const merge = await lab.run(makeSpec(mode, { name: 'magnitude', keep: 1 }));
    expect(engineMemory()).toEqual(before);
    const addition = await lab.run({
      kind: 'edit-add',
      specVersion: 2,
      params: { mode, gridPoints: 5, batchSize: 7, engine: 'wasm' },
      inputs: inputsOf(mode),
      seed: 0,
    });
    const merged = mergeResultSchema.parse(await lab.json(merge.outputs.merge));
    const added = additionResultSchema.parse(await lab.json(addition.outputs.addition));
    expect(merged).toEqual({ ...added, format: 'tangent-merge/1', rule: { name: 'magnitude', keep: 1 } });
    expect(Object.keys(merge.outputs).includes('model')).toBe(mode === 'standard');
  });

  it('looks for α as far as it is told: an average of two needs twice as much', async () => {
    const sum = await lab.run(makeSpec('linear', { name: 'magnitude', keep: 1 }));
    const average = await lab.run(makeSpec('linear', { name: 'average' }, 2));
    const [a, b] = [
      mergeResultSchema.parse(await lab.json(sum.outputs.merge)),
      mergeResultSchema.parse(await lab.json(average.outputs.merge)),
    ];
    expect(b.sweep.map(({ val }) => val)).toEqual(a.sweep.map(({ val }) => val));
    expect(b.chosenScalingCoef).toBeCloseTo(2 * a.chosenScalingCoef, 12);
  });

  it('says so where a rule keeps nothing', async () => {
    const { warnings } = await lab.run(makeSpec('linear', { name: 'layerScaling', factors: [0, 0, 0] }));
    expect(warnings.join()).toContain('the merged vector is zero');
  });
});

describe('edit-combine', () => {
  function makeSpec(
    mode: Mode,
    params: Partial<RunSpecOf<'edit-combine'>['params']> = {},
  ): RunSpecOf<'edit-combine'> {
    return {
      kind: 'edit-combine',
      specVersion: 1,
      params: { mode, scalingCoefs: [1.5, -0.5], gridPoints: 3, batchSize: 7, engine: 'wasm', ...params },
      inputs: { model: world.model, taskVectors: [...vectorsOf(mode)], tasks: [world.tasks[1]] },
      seed: 0,
    };
  }

  it.each(modes)('measures θ0 + α Σ c τ, with the α that is best on validation (%s)', async (mode) => {
    const { outputs } = await lab.run(makeSpec(mode));
    const result = combinationResultSchema.parse(await lab.json(outputs.combination));
    const count = (split: 'val' | 'test', alpha: number) =>
      countRight(lab, {
        mode,
        model: world.model,
        task: world.tasks[1],
        split,
        vectors: vectorsOf(mode),
        scalingCoefs: [1.5 * alpha, -0.5 * alpha],
      });
    const expected = [];
    for (const alpha of [0, 0.5, 1]) expected.push(await count('val', alpha));
    expect(result.sweep.map(({ val }) => val[0].correct)).toEqual(expected);
    expect(result.chosenScalingCoef).toBe([0, 0.5, 1][expected.indexOf(Math.max(...expected))]);
    expect(result.test[0].correct).toBe(await count('test', result.chosenScalingCoef));
    expect(result.pretrained[0].correct).toBe(await count('test', 0));
  });

  it('takes α = 1 where none is to be chosen', async () => {
    const { outputs } = await lab.run(makeSpec('linear', { gridPoints: null }));
    const result = combinationResultSchema.parse(await lab.json(outputs.combination));
    expect([result.sweep, result.chosenScalingCoef]).toEqual([[], 1]);
  });

  it('needs validation images only where α is chosen on them', async () => {
    const [, { dataset, head }] = world.tasks;
    const manifest = (await lab.json(dataset)) as { splits: Record<string, unknown> };
    manifest.splits.val = { packArtifact: null, samples: [] };
    const { id } = await lab.context().artifacts.put(Buffer.from(JSON.stringify(manifest)));
    const specOf = (gridPoints: number | null) => {
      const spec = makeSpec('linear', { gridPoints });
      return { ...spec, inputs: { ...spec.inputs, tasks: [{ dataset: id, head }] } };
    };
    await expect(lab.run(specOf(3))).rejects.toMatchObject({ code: 'dataset_layout' });
    const { outputs } = await lab.run(specOf(null));
    expect(outputs).toHaveProperty('combination');
  });

  it('refuses vectors of two kinds', async () => {
    const spec = makeSpec('linear');
    const taskVectors = [world.vectors.linear[0], world.vectors.standard[1]];
    await expect(lab.run({ ...spec, inputs: { ...spec.inputs, taskVectors } })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
