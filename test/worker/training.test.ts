import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEventBody } from '#contract/events';
import type { RunSpecOf } from '#contract/specs/index';
import { engineMemory } from '#numerics/engine/tensor';
import { startEngine } from '#numerics/engine/start-engine';
import { Cancelled, type RunContext } from '#worker/run-context';
import { makeSmallWorld, RunLab, smallFinetune, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { testEngines } from '#test/support/test-engines';

describe.each(testEngines.filter((engine) => engine !== 'cpu'))('fine-tuning on the %s engine', (engine) => {
  const lab = new RunLab(sharedTempFolder());
  const undisturbed = new RunLab(lab.root, 'undisturbed');
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine(engine);
    world = await makeSmallWorld(lab);
  });

  const specOf = (mode: 'standard' | 'linear', seed: number): RunSpecOf<'finetune'> => ({
    ...smallFinetune({ model: world.model, ...world.tasks[0] }, mode),
    seed,
  });

  /** Cancels when the loss of a step was told. */
  const cancelAt = (step: number) => (event: RunEventBody, context: RunContext) => {
    if (event.type === 'metric' && event.name === 'loss' && event.step === step) context.cancel();
  };

  /** The same, trained on random parts of the images. */
  const cropped = (spec: RunSpecOf<'finetune'>): RunSpecOf<'finetune'> => ({
    ...spec,
    params: { ...spec.params, augmentation: 'random-resized-crop' },
  });

  it.each([
    ['standard', 'none', 11],
    ['linear', 'none', 12],
    ['standard', 'random-resized-crop', 18],
  ] as const)('ends in the same bits whether or not it was stopped on the way (%s, %s)', async (...test) => {
    const [mode, augmentation, seed] = test;
    const spec = augmentation === 'none' ? specOf(mode, seed) : cropped(specOf(mode, seed));
    const whole = await undisturbed.run(spec);
    for (const step of [2, 9, 18])
      await expect(lab.run(spec, cancelAt(step))).rejects.toBeInstanceOf(Cancelled);
    const resumed = await lab.run(spec);
    expect(resumed.events).toContainEqual({ type: 'log', level: 'info', message: 'continues after step 19' });
    expect(resumed.outputs).toEqual(whole.outputs);
    const tail = (events: readonly RunEventBody[]) =>
      events.filter((event) => event.type === 'metric' && event.step >= 19);
    expect(tail(resumed.events)).toEqual(tail(whole.events));
  });

  it('waits until what it said is on disk before it writes each checkpoint', async () => {
    const spec = specOf('linear', 17);
    const folder = join(lab.runDirectory(spec), 'checkpoints');
    const newest = () => (existsSync(folder) ? (readdirSync(folder).sort().at(-1)?.slice(5, 14) ?? '') : '');
    const seen: string[] = [];
    await lab.run(spec, undefined, () => seen.push(newest()));
    expect(seen).toEqual(['', '000000004', '000000008', '000000012']);
    expect(newest()).toBe('000000016');
  });

  it('falls back to the checkpoint before a damaged one and says so', async () => {
    const spec = specOf('standard', 13);
    const whole = await undisturbed.run(spec);
    await expect(lab.run(spec, cancelAt(17))).rejects.toBeInstanceOf(Cancelled);
    const folder = join(lab.runDirectory(spec), 'checkpoints');
    const names = readdirSync(folder).sort();
    expect(names).toHaveLength(2);
    appendFileSync(join(folder, names[1]), 'x');
    const resumed = await lab.run(spec);
    expect(resumed.warnings.join()).toContain('is damaged');
    expect(resumed.events).toContainEqual({ type: 'log', level: 'info', message: 'continues after step 16' });
    expect(resumed.outputs).toEqual(whole.outputs);
  });

  it('depends on the seed', async () => {
    const [one, two] = [await lab.run(specOf('standard', 1)), await lab.run(specOf('standard', 2))];
    expect(one.outputs.taskVector).not.toBe(two.outputs.taskVector);
  });

  it('depends on whether images are cut at random', async () => {
    const spec = specOf('standard', 1);
    const [centers, parts] = [await lab.run(spec), await lab.run(cropped(spec))];
    expect(parts.outputs.taskVector).not.toBe(centers.outputs.taskVector);
  });

  it('keeps no tensor, also when it is stopped', async () => {
    const before = engineMemory();
    await lab.run(specOf('linear', 14));
    await expect(lab.run(specOf('linear', 15), cancelAt(3))).rejects.toBeInstanceOf(Cancelled);
    expect(engineMemory()).toEqual(before);
  });

  it('says when it diverges, and at which step', async () => {
    const spec = specOf('standard', 16);
    const optimizer = { ...spec.params.optimizer, learningRate: 10, weightDecay: 1e9 };
    const wild = { ...spec, params: { ...spec.params, optimizer } };
    await expect(lab.run(wild)).rejects.toMatchObject({
      code: 'diverged',
      data: { step: expect.any(Number) as number },
    });
  });

  it('refuses a head of other classes', async () => {
    const inputs = { model: world.model, dataset: world.tasks[0].dataset, head: world.tasks[1].head };
    await expect(lab.run(smallFinetune(inputs, 'standard'))).rejects.toMatchObject({
      code: 'class_mismatch',
    });
  });
});
