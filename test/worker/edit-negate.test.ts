import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { negationResultSchema, type NegationResult } from '#contract/results';
import type { EvaluationMode, SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { encodeTaskVector, sumTaskVectors } from '#numerics/editing/task-vector';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { countRight } from '#test/support/count-right';
import { makeSmallTasks, RunLab, smallFinetune, type LabRun, type SmallTasks } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { ImageEvaluator } from '#worker/procedures/image-evaluator';
import { loadTaskVector } from '#worker/procedures/load-inputs';
import { Cancelled, RunContext } from '#worker/run-context';

const GRID_POINTS = 5;
const GRID = [0, 0.25, 0.5, 0.75, 1];
const modes = ['standard', 'posthoc', 'linear'] as const;

describe('task negation', () => {
  const lab = new RunLab(sharedTempFolder());
  const runs = {} as Record<EvaluationMode, LabRun>;
  const results = {} as Record<EvaluationMode, NegationResult>;
  /** Two task vectors of each kind for the first task of the small world; the second task is the control. */
  const vectors: Record<'standard' | 'linear', string[]> = { standard: [], linear: [] };
  let world: SmallTasks;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallTasks(lab);
    world = { ...world, model: await trainOnBoth() };
    for (const kind of ['standard', 'linear'] as const) {
      for (const seed of [5, 6]) {
        const spec = { ...smallFinetune({ model: world.model, ...world.tasks[0] }, kind), seed };
        vectors[kind].push((await lab.run(spec)).outputs.taskVector);
      }
    }
    for (const mode of modes) {
      const before = engineMemory();
      runs[mode] = await lab.run(negationSpec(mode));
      expect(engineMemory()).toEqual(before);
      results[mode] = await resultOf(runs[mode]);
    }
  });

  /** Trains the model of the small world on both tasks, so that there is something to forget and to keep. */
  async function trainOnBoth(): Promise<string> {
    let { model } = world;
    for (const [task, steps] of [
      [0, 60],
      [1, 60],
      [0, 15],
      [1, 15],
    ]) {
      const spec = smallFinetune({ model, ...world.tasks[task] }, 'standard');
      const schedule = { ...spec.params.schedule, steps };
      ({ model } = (await lab.run({ ...spec, params: { ...spec.params, schedule } })).outputs);
    }
    return model;
  }

  const vectorsOf = (mode: EvaluationMode) => vectors[mode === 'linear' ? 'linear' : 'standard'];
  const resultOf = async (run: LabRun) => negationResultSchema.parse(await lab.json(run.outputs.negation));

  function negationSpec(
    mode: EvaluationMode,
    changes: {
      params?: Partial<RunSpecOf<'edit-negate'>['params']>;
      inputs?: Partial<RunSpecOf<'edit-negate'>['inputs']>;
    } = {},
  ): RunSpecOf<'edit-negate'> {
    const tasks = vectorsOf(mode).map((taskVector) => ({ ...world.tasks[0], taskVector }));
    return {
      kind: 'edit-negate',
      specVersion: 1,
      params: {
        mode,
        gridPoints: GRID_POINTS,
        controlThreshold: 0.6,
        batchSize: 7,
        engine: 'wasm',
        ...changes.params,
      },
      inputs: { model: world.model, control: world.tasks[1], tasks, ...changes.inputs },
      seed: 0,
    };
  }

  const count = (mode: EvaluationMode, task: 0 | 1, split: SplitName, vector: string, alpha: number) =>
    countRight(lab, {
      mode,
      model: world.model,
      task: world.tasks[task],
      split,
      vectors: [vector],
      scalingCoefs: [alpha],
    });

  it.each(modes)('is what measuring and choosing by hand gives (%s)', async (mode) => {
    const { tasks, pretrainedControl } = results[mode];
    const before = {
      val: await count(mode, 1, 'val', vectorsOf(mode)[0], 0),
      test: await count(mode, 1, 'test', vectorsOf(mode)[0], 0),
    };
    expect(pretrainedControl.val.correct).toBe(before.val);
    expect(pretrainedControl.test.correct).toBe(before.test);
    for (const [t, vector] of vectorsOf(mode).entries()) {
      let best = { alpha: NaN, target: Infinity };
      for (const [index, alpha] of GRID.entries()) {
        const target = await count(mode, 0, 'val', vector, -alpha);
        const control = await count(mode, 1, 'val', vector, -alpha);
        expect(tasks[t].sweep[index]).toMatchObject({
          scalingCoef: alpha,
          val: { target: { correct: target }, control: { correct: control } },
        });
        if (10 * control >= 6 * before.val && target < best.target) best = { alpha, target };
      }
      expect(tasks[t].chosenScalingCoef).toBe(best.alpha);
      const { pretrained, singleTask, test, testAtOne } = tasks[t];
      expect(pretrained.correct).toBe(await count(mode, 0, 'test', vector, 0));
      expect(singleTask.val.correct).toBe(await count(mode, 0, 'val', vector, 1));
      expect(singleTask.test.correct).toBe(await count(mode, 0, 'test', vector, 1));
      expect(test.target.correct).toBe(await count(mode, 0, 'test', vector, -best.alpha));
      expect(test.control.correct).toBe(await count(mode, 1, 'test', vector, -best.alpha));
      expect(testAtOne.target.correct).toBe(await count(mode, 0, 'test', vector, -1));
      expect(testAtOne.control.correct).toBe(await count(mode, 1, 'test', vector, -1));
    }
    const top1 = tasks.map(({ test }) => test);
    expect(results[mode].averageTargetTop1).toBeCloseTo((top1[0].target.top1 + top1[1].target.top1) / 2, 12);
    expect(results[mode].averageControlTop1).toBeCloseTo(
      (top1[0].control.top1 + top1[1].control.top1) / 2,
      12,
    );
  });

  it('gives up the α that forgets most where it loses the control', async () => {
    const [{ sweep }] = results.linear.tasks;
    const tasks = negationSpec('linear').inputs.tasks.slice(0, 1);
    const before = sweep[0].val.control.correct;
    const choices = new Set<number>();
    for (let least = 0; least <= before; least++) {
      const params = { controlThreshold: least / before };
      const run = await lab.run(negationSpec('linear', { params, inputs: { tasks } }));
      const { chosenScalingCoef } = (await resultOf(run)).tasks[0];
      const kept = sweep.filter(({ val }) => val.control.correct >= least);
      const lowest = Math.min(...kept.map(({ val }) => val.target.correct));
      expect(chosenScalingCoef).toBe(kept.find(({ val }) => val.target.correct === lowest)!.scalingCoef);
      choices.add(chosenScalingCoef);
    }
    expect(choices.size).toBeGreaterThan(1);
  });

  it.each(modes)('tells a curve for each task and split (%s)', (mode) => {
    const names = runs[mode].events.flatMap((event) => (event.type === 'metric' ? [event.name] : []));
    const [first] = results[mode].tasks;
    const expected = ['', ' (2)'].flatMap((suffix) => [
      `valTarget:${first.task}${suffix}`,
      `valControl:${first.task}${suffix}`,
    ]);
    expect(new Set(names)).toEqual(new Set(expected));
    expect(names).toHaveLength(expected.length * GRID_POINTS);
  });

  it.each(['posthoc', 'linear'] as const)(
    'takes each image through f once in each pass (%s)',
    async (mode) => {
      const passes = vi.spyOn(ImageEvaluator.prototype, 'predictExpanded');
      onTestFinished(() => void vi.restoreAllMocks());
      await new RunLab(lab.root, 'counted').run(negationSpec(mode));
      // The control's pass has the tangents of all tasks; each target's has its own.
      expect(passes.mock.calls.map(([tangents]) => tangents.length)).toEqual([
        2,
        1,
        1,
        1,
        1,
        expect.any(Number),
      ]);
    },
  );

  /** Counts the accuracies that are measured from now on, and tells each number. */
  function countMeasured(tell: (measured: number) => void): void {
    let measured = 0;
    for (const method of ['predictEach', 'predictExpanded'] as const) {
      const original = Reflect.get(ImageEvaluator.prototype, method) as (
        ...args: unknown[]
      ) => Promise<Int32Array<ArrayBuffer>[]>;
      vi.spyOn(ImageEvaluator.prototype, method).mockImplementation(async function (
        this: ImageEvaluator,
        ...args: unknown[]
      ) {
        const predictions = await original.apply(this, args);
        measured += predictions.length;
        tell(measured);
        return predictions;
      });
    }
    onTestFinished(() => void vi.restoreAllMocks());
  }

  it.each(modes)('measures nothing twice when it was stopped on the way (%s)', async (mode) => {
    let running: RunContext | undefined;
    let measured = 0;
    let stopAfter = Infinity;
    countMeasured((count) => {
      measured = count;
      if (count >= stopAfter) running!.cancel();
    });
    const watch = (_: unknown, context: RunContext) => void (running = context);
    const whole = new RunLab(lab.root, `whole-${mode}`);
    await whole.run(negationSpec(mode), watch);
    const total = measured;
    const stopped = new RunLab(lab.root, `stopped-${mode}`);
    for (const after of [3, 14, 20]) {
      stopAfter = total + after;
      await expect(stopped.run(negationSpec(mode), watch)).rejects.toBeInstanceOf(Cancelled);
    }
    stopAfter = Infinity;
    const resumed = await stopped.run(negationSpec(mode), watch);
    expect(measured).toBe(2 * total);
    expect(resumed.outputs).toEqual(runs[mode].outputs);
  });

  it.each(['standard', 'linear'] as const)(
    'gives the same numbers where the images take too much memory to be held (%s)',
    async (mode) => {
      vi.spyOn(RunContext.prototype, 'availableBytes').mockReturnValue(1000);
      onTestFinished(() => void vi.restoreAllMocks());
      const run = await new RunLab(lab.root, 'not-held').run(negationSpec(mode));
      expect(run.outputs).toEqual(runs[mode].outputs);
    },
  );

  it.each([
    // θ0 + ατ is better at the task.
    ['no α lowers the accuracy', -1, /chosen α is 0, nothing is forgotten: no α that keeps/],
    // All that is left is the tangent along τ.
    ['the control is lost at once', 1e4, /chosen α is 0, nothing is forgotten: no other α of the grid keeps/],
  ])('warns where nothing is forgotten because %s', async (_, factor, warning) => {
    const context = lab.context();
    const { tensors, ...facts } = await loadTaskVector(context, vectors.linear[0], world.model);
    const scaled = sumTaskVectors([{ scalingCoef: factor, tensors }]);
    const { id } = await context.artifacts.put(encodeTaskVector({ ...facts, tensors: scaled }));
    const tasks = [{ ...world.tasks[0], taskVector: id }];
    const run = await lab.run(negationSpec('linear', { inputs: { tasks } }));
    expect((await resultOf(run)).tasks[0].chosenScalingCoef).toBe(0);
    expect(run.warnings).toEqual([expect.stringMatching(warning)]);
  });

  it('warns where α is at the upper end of the grid, and where the control is only just kept', async () => {
    // Two points, and a threshold that the control at α = 1 meets exactly.
    const [{ sweep }] = results.standard.tasks;
    const { target, control } = sweep[4].val;
    expect(target.correct).toBeLessThan(sweep[0].val.target.correct);
    const controlThreshold = control.correct / sweep[0].val.control.correct;
    expect(controlThreshold).toBeLessThanOrEqual(1);
    const { tasks } = negationSpec('standard').inputs;
    const run = await lab.run(
      negationSpec('standard', {
        params: { gridPoints: 2, controlThreshold },
        inputs: { tasks: tasks.slice(0, 1) },
      }),
    );
    expect((await resultOf(run)).tasks[0].chosenScalingCoef).toBe(1);
    expect(run.warnings).toEqual([
      expect.stringMatching(/within one percentage point/),
      expect.stringMatching(/upper end of the grid/),
    ]);
  });

  it('warns where a vector is used in a model it was not trained in', async () => {
    const { tasks } = negationSpec('linear').inputs;
    const run = await lab.run(negationSpec('standard', { params: { gridPoints: 2 }, inputs: { tasks } }));
    expect(run.warnings.join()).toMatch(/expects task vectors of kind standard/);
  });

  it('refuses a control that is one of the targets', async () => {
    const running = lab.run(negationSpec('standard', { inputs: { control: world.tasks[0] } }));
    await expect(running).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('is both the control and a task to be negated') as string,
    });
  });

  it('refuses the same vector twice, and vectors of two kinds', async () => {
    const [first] = negationSpec('standard').inputs.tasks;
    const [, other] = negationSpec('linear').inputs.tasks;
    for (const tasks of [
      [first, first],
      [first, other],
    ]) {
      await expect(lab.run(negationSpec('posthoc', { inputs: { tasks } }))).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
  });

  it('refuses a control whose head has other classes', async () => {
    const control = { dataset: world.tasks[1].dataset, head: world.tasks[0].head };
    await expect(lab.run(negationSpec('standard', { inputs: { control } }))).rejects.toMatchObject({
      code: 'class_mismatch',
    });
  });
});
