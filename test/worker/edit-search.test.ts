import { beforeAll, describe, expect, it } from 'vitest';
import { editSearchResultSchema, type AdditionSearch, type NegationSearch } from '#contract/edit-search';
import { additionResultSchema, negationResultSchema } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { decodeResponses } from '#numerics/editing/responses-file';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { makeSmallWorld, RunLab, type LabRun, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { Cancelled } from '#worker/run-context';

type SearchSpec = RunSpecOf<'edit-search'>;

describe.each(['standard', 'linear'] as const)('a search in the tangent space with %s vectors', (kind) => {
  const mode = kind === 'linear' ? 'linear' : 'posthoc';
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;
  let responses: LabRun;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
    const before = engineMemory();
    responses = await lab.run(responsesSpec());
    expect(engineMemory()).toEqual(before);
  });

  const responsesSpec = (): RunSpecOf<'responses'> => ({
    kind: 'responses',
    specVersion: 1,
    params: { splits: ['val', 'test'], imageCount: null, batchSize: 7, engine: 'wasm' },
    inputs: {
      model: world.model,
      taskVectors: [...world.vectors[kind]],
      datasets: world.tasks.map(({ dataset }) => dataset),
    },
    seed: 0,
  });

  const measuredOn = (t: number) => ({
    head: world.tasks[t].head,
    val: responses.outputs[`responses.${t}.val`],
    test: responses.outputs[`responses.${t}.test`],
  });

  function searchSpec(
    operation: 'add' | 'negate',
    inputs: SearchSpec['inputs'],
    largestScalingCoef = 1,
  ): SearchSpec {
    return {
      kind: 'edit-search',
      specVersion: 1,
      params: { operation, gridPoints: 5, controlThreshold: 0.6, largestScalingCoef },
      inputs,
      seed: 0,
    };
  }

  async function search<T>(spec: SearchSpec): Promise<T> {
    const { outputs } = await lab.run(spec);
    return editSearchResultSchema.parse(await lab.json(outputs.search)) as T;
  }

  const tasks = () => world.tasks.map((_, t) => ({ ...measuredOn(t), taskVector: world.vectors[kind][t] }));

  it('gives on the grid what evaluating the network gives', async () => {
    const found = await search<AdditionSearch>(searchSpec('add', { tasks: tasks(), control: null }));
    const run = await lab.run({
      kind: 'edit-add',
      specVersion: 2,
      params: { mode, gridPoints: 5, batchSize: 7, engine: 'wasm' },
      inputs: {
        model: world.model,
        tasks: world.tasks.map((task, t) => ({ ...task, taskVector: world.vectors[kind][t] })),
      },
      seed: 0,
    });
    const evaluated = additionResultSchema.parse(await lab.json(run.outputs.addition));
    expect(found.pretrained.test).toEqual(evaluated.pretrained);
    expect(found.singleTask).toEqual(evaluated.singleTask);
    expect(found.grid.scalingCoef).toBe(evaluated.chosenScalingCoef);
    expect(found.grid.test).toEqual(evaluated.test);
    expect(found.grid.val).toEqual(
      evaluated.sweep.find(({ scalingCoef }) => scalingCoef === evaluated.chosenScalingCoef)!.val,
    );
  });

  it('finds an α that is at least as good as every one of a finer grid', async () => {
    const spec = searchSpec('add', { tasks: tasks(), control: null });
    const found = await search<AdditionSearch>(spec);
    const finer = await search<AdditionSearch>({ ...spec, params: { ...spec.params, gridPoints: 401 } });
    const best = found.exact.val.averageNormalizedTop1!;
    expect(best).toBeGreaterThanOrEqual(finer.grid.val.averageNormalizedTop1! - 1e-12);
    const { from, to, scalingCoef } = found.exact.stretch;
    expect(from).toBeLessThan(scalingCoef);
    expect(scalingCoef).toBeLessThan(to);
  });

  it('finds one α for each task, where the cross-entropy is stationary and lower', async () => {
    const { perTask } = await search<AdditionSearch>(searchSpec('add', { tasks: tasks(), control: null }));
    expect(perTask.isConverged).toBe(true);
    expect(perTask.residual).toBeLessThan(1e-5);
    expect(perTask.crossEntropy.minimum).toBeLessThan(perTask.crossEntropy.pretrained);
    expect(perTask.scalingCoefs).toHaveLength(2);
  });

  it('negates as evaluating the network does, and at least as well exactly', async () => {
    const [target] = tasks();
    const found = await search<NegationSearch>(
      searchSpec('negate', { tasks: [target], control: measuredOn(1) }),
    );
    const run = await lab.run({
      kind: 'edit-negate',
      specVersion: 1,
      params: { mode, gridPoints: 5, controlThreshold: 0.6, batchSize: 7, engine: 'wasm' },
      inputs: {
        model: world.model,
        control: world.tasks[1],
        tasks: [{ ...world.tasks[0], taskVector: world.vectors[kind][0] }],
      },
      seed: 0,
    });
    const evaluated = negationResultSchema.parse(await lab.json(run.outputs.negation));
    const [own] = found.tasks;
    expect(found.pretrainedControl).toEqual(evaluated.pretrainedControl);
    expect(own.grid.scalingCoef).toBe(evaluated.tasks[0].chosenScalingCoef);
    expect(own.grid.test).toEqual(evaluated.tasks[0].test);
    expect(own.exact.val.target.correct).toBeLessThanOrEqual(own.grid.val.target.correct);
    expect(own.exact.val.control.correct).toBeGreaterThanOrEqual(0.6 * found.pretrainedControl.val.correct);
  });

  it('stores the same responses whether or not it was stopped on the way', async () => {
    const stopped = new RunLab(lab.root, 'stopped');
    let images = 0;
    const cancelled = stopped.run(responsesSpec(), (event, context) => {
      if (event.type === 'progress' && event.phase.startsWith('responses') && ++images === 2)
        context.cancel();
    });
    await expect(cancelled).rejects.toBeInstanceOf(Cancelled);
    expect((await stopped.run(responsesSpec())).outputs).toEqual(responses.outputs);
  });

  it('refuses what does not belong together', async () => {
    const [first, second] = tasks();
    const refused = (inputs: SearchSpec['inputs'], operation: 'add' | 'negate' = 'add') =>
      expect(lab.run(searchSpec(operation, inputs))).rejects;
    const exchanged = { ...first, val: first.test, test: first.val };
    await refused({ tasks: [exchanged], control: null }).toMatchObject({ code: 'invalid_input' });
    const mixed = { ...first, test: second.test };
    await refused({ tasks: [mixed], control: null }).toMatchObject({ code: 'invalid_input' });
    const strange = { ...first, taskVector: 'f'.repeat(64) };
    await refused({ tasks: [strange], control: null }).toMatchObject({ code: 'invalid_input' });
    const otherHead = { ...first, head: second.head };
    await refused({ tasks: [otherHead], control: null }).toMatchObject({ code: 'class_mismatch' });
    await refused({ tasks: [first], control: measuredOn(0) }, 'negate').toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('both the control and a task') as string,
    });
  });

  it('reads back what it stored, and refuses other files', async () => {
    const bytes = await lab.context().artifacts.read(measuredOn(0).val);
    const stored = decodeResponses(bytes, 'it');
    expect(stored).toMatchObject({ split: 'val', model: world.model, dataset: world.tasks[0].dataset });
    expect(stored.tangents).toHaveLength(2);
    const vector = await lab.context().artifacts.read(world.vectors[kind][0]);
    expect(() => decodeResponses(vector, 'it')).toThrow(
      expect.objectContaining({ code: 'checkpoint_format' }),
    );
  });
});
