import { beforeAll, describe, expect, it, vi } from 'vitest';
import { disentanglementResultSchema, type DisentanglementResult } from '#contract/disentanglement';
import type { EvaluationMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { countDisagreements } from '#numerics/editing/disentanglement';
import { encodeTaskVector, sumTaskVectors } from '#numerics/editing/task-vector';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { predictEdit } from '#test/support/count-right';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { ImageEvaluator } from '#worker/procedures/image-evaluator';
import { loadTaskVector } from '#worker/procedures/load-inputs';
import { Cancelled } from '#worker/run-context';

const modes = ['standard', 'posthoc', 'linear'] as const;
type Params = RunSpecOf<'disentanglement'>['params'];

describe('disentanglement', () => {
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
  });

  const vectorsOf = (mode: EvaluationMode) => world.vectors[mode === 'linear' ? 'linear' : 'standard'];

  function makeSpec(
    mode: EvaluationMode,
    changes: Partial<Params> = {},
    vectors = vectorsOf(mode),
  ): RunSpecOf<'disentanglement'> {
    return {
      kind: 'disentanglement',
      specVersion: 1,
      params: {
        mode,
        split: 'test',
        cells: { shape: 'map', from: -2, to: 2, points: 3 },
        imageCount: 1000,
        batchSize: 7,
        engine: 'wasm',
        ...changes,
      },
      inputs: {
        model: world.model,
        tasks: world.tasks.map((task, t) => ({ ...task, taskVector: vectors[t] })),
      },
      seed: 0,
    };
  }

  async function measure(spec: RunSpecOf<'disentanglement'>, at = lab): Promise<DisentanglementResult> {
    const { outputs } = await at.run(spec);
    return disentanglementResultSchema.parse(await at.json(outputs.disentanglement));
  }

  it.each(modes)('is the disagreement of models that are evaluated one by one (%s)', async (mode) => {
    const before = engineMemory();
    const result = await measure(makeSpec(mode));
    expect(engineMemory()).toEqual(before);
    expect(result.cells).toHaveLength(9);
    const alphas = [-2, 0, 2];
    const predict = async (task: number, scalingCoefs: readonly number[]) => {
      const { predictions } = await predictEdit(lab, {
        mode,
        model: world.model,
        task: world.tasks[task],
        split: 'test',
        vectors: vectorsOf(mode),
        scalingCoefs,
      });
      return predictions;
    };
    for (const [i, first] of alphas.entries()) {
      for (const [j, second] of alphas.entries()) {
        const cell = result.cells[3 * i + j];
        expect(cell.scalingCoefs).toEqual([first, second]);
        const both = [first, second];
        const expected = [
          countDisagreements(await predict(0, [first, 0]), await predict(0, both)),
          countDisagreements(await predict(1, [0, second]), await predict(1, both)),
        ];
        expect(cell.disagreements).toEqual(expected);
        const { count } = result.tasks[0];
        expect(cell.error).toBeCloseTo((expected[0] + expected[1]) / count, 12);
      }
    }
    // Nothing is disturbed where nothing is added, and on an axis only the other task can be.
    expect(result.cells[4].error).toBe(0);
    expect(result.cells[1].disagreements[0]).toBe(0);
    expect(result.cells[3].disagreements[1]).toBe(0);
    expect(Math.max(...result.cells.map(({ error }) => error))).toBeGreaterThan(0);
  });

  it('is the same with tasks and coefficients exchanged', async () => {
    const spec = makeSpec('linear');
    const there = await measure(spec);
    const { inputs } = spec;
    const back = await measure({ ...spec, inputs: { ...inputs, tasks: [...inputs.tasks].reverse() } });
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) expect(back.cells[3 * j + i].error).toBe(there.cells[3 * i + j].error);
    }
  });

  it('is measured along the diagonal and for pairs as in the map', async () => {
    const map = await measure(makeSpec('linear'));
    const diagonal = await measure(
      makeSpec('linear', { cells: { shape: 'diagonal', from: -2, to: 2, points: 3 } }),
    );
    const pairs = await measure(makeSpec('linear', { cells: { shape: 'pairs', scalingCoef: 2 } }));
    expect(diagonal.cells.map(({ error }) => error)).toEqual([0, 4, 8].map((cell) => map.cells[cell].error));
    expect(pairs.cells).toEqual([map.cells[8]]);
  });

  it('tells every cell as soon as it is known, from coarse to fine', async () => {
    const cells = { shape: 'map', from: -1, to: 1, points: 5 } as const;
    const { events } = await lab.run(makeSpec('linear', { cells }));
    const told = events.flatMap((event) => (event.type === 'metric' ? [event] : []));
    expect(told.map(({ name }) => name)).toEqual(new Array(25).fill('disentanglementError'));
    expect(new Set(told.slice(0, 9).map(({ step }) => step))).toEqual(
      new Set([0, 2, 4, 10, 12, 14, 20, 22, 24]),
    );
  });

  it.each(modes)('computes no prediction twice, also after it was stopped (%s)', async (mode) => {
    const spec = makeSpec(mode, { batchSize: 1000 });
    const whole = await measure(spec, new RunLab(lab.root, 'whole'));
    const stopped = new RunLab(lab.root, 'stopped');
    const predict = vi.spyOn(ImageEvaluator.prototype, 'predictEach');
    const push = vi.spyOn(ImageEvaluator.prototype, 'pushForward');
    let cells = 0;
    const cancel = stopped.run(spec, (event, context) => {
      if (event.type === 'metric' && ++cells === 5) context.cancel();
    });
    await expect(cancel).rejects.toBeInstanceOf(Cancelled);
    expect(await measure(spec, stopped)).toEqual(whole);
    // On each task's images 9 edited models; in the expansion one pass with both tangents.
    expect(predict).toHaveBeenCalledTimes(mode === 'standard' ? 18 : 0);
    expect(push).toHaveBeenCalledTimes(mode === 'standard' ? 0 : 2);
    vi.restoreAllMocks();
  });

  it('takes as many images as asked for, drawn by the seed', async () => {
    const few = makeSpec('linear', { imageCount: 10 });
    const results = [await measure(few), await measure({ ...few, seed: 1 })];
    expect(results[0].tasks.map(({ count }) => count)).toEqual([10, 10]);
    expect(results[0].cells).not.toEqual(results[1].cells);
  });

  it('is explained where a task vector is zero', async () => {
    const [first] = vectorsOf('standard');
    const context = lab.context();
    const vector = await loadTaskVector(context, first, world.model);
    const tensors = sumTaskVectors([{ scalingCoef: 0, tensors: vector.tensors }]);
    const zero = await context.artifacts.put(encodeTaskVector({ ...vector, tensors }));
    const spec = makeSpec('standard', {}, [zero.id, vectorsOf('standard')[1]]);
    const run = await lab.run(spec);
    expect(run.warnings.join()).toContain('is zero');
    const { cells } = disentanglementResultSchema.parse(await lab.json(run.outputs.disentanglement));
    for (const cell of cells) expect(cell.disagreements[1]).toBe(0);
  });

  it('refuses two vectors of one task', async () => {
    const spec = makeSpec('standard');
    const [task, other] = spec.inputs.tasks;
    const tasks = [task, { ...task, taskVector: other.taskVector }];
    await expect(lab.run({ ...spec, inputs: { ...spec.inputs, tasks } })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
