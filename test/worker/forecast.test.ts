import { beforeAll, describe, expect, it, vi } from 'vitest';
import { forecastSchema, type Forecast } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { disposeTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { minimumTrainingMemory, storedBytesPerImage } from '#numerics/train/memory-forecast';
import { assertFits } from '#worker/procedures/assert-fits';
import { RunContext } from '#worker/run-context';
import { makeSmallWorld, RunLab, smallFinetune, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { tinyArchitecture, tinyParams, tinyPixels } from '#test/support/tiny-tower';

const lab = new RunLab(sharedTempFolder());
let world: SmallWorld;

beforeAll(async () => {
  await startEngine('wasm');
  world = await makeSmallWorld(lab);
});

async function forecast(params: Partial<RunSpecOf<'forecast'>['params']>): Promise<Forecast> {
  const { outputs } = await lab.run({
    kind: 'forecast',
    specVersion: 1,
    params: { work: 'standard', batchSize: 64, steps: 10, taskVectorCount: 0, engine: 'wasm', ...params },
    inputs: { model: world.model },
    seed: 0,
  });
  return forecastSchema.parse(await lab.json(outputs.forecast));
}

describe('storedBytesPerImage', () => {
  it('is by how much a trace grows with every image', () => {
    withoutLeaks(() => {
      const params = tinyParams(1);
      const heldWith = (batch: number) => {
        const pixels = tinyPixels(batch);
        const before = engineMemory().bytes;
        const trace = new Trace((theta) => imageEncoder(tinyArchitecture)(theta, pixels), params);
        const held = engineMemory().bytes - before;
        trace.dispose();
        pixels.dispose();
        return held;
      };
      expect(heldWith(12) - heldWith(5)).toBe(7 * storedBytesPerImage(tinyArchitecture, params));
      disposeTree(params);
    });
  });
});

describe('minimumTrainingMemory', () => {
  it('counts parameters, gradient and moments, θ0 and θ − θ0 in linear mode, and the batch', () => {
    const params = tinyParams(1);
    const tree = [...params.values()].reduce((sum, { size }) => sum + 4 * size, 0);
    const image = storedBytesPerImage(tinyArchitecture, params) + 8 * 8 * 3 * 4;
    const standard = minimumTrainingMemory(tinyArchitecture, params, 'standard', 10);
    expect(standard).toBe(4 * tree + 10 * image);
    const linear = minimumTrainingMemory(tinyArchitecture, params, 'linear', 10);
    expect(linear - standard).toBe(2 * tree);
    disposeTree(params);
  });
});

describe('a training that cannot fit', () => {
  it('fails before it has begun, and says what it needs', async () => {
    vi.spyOn(RunContext.prototype, 'availableBytes').mockReturnValue(100_000);
    const watch = vi.fn();
    const spec = smallFinetune({ model: world.model, ...world.tasks[0] }, 'linear');
    await expect(lab.run(spec, watch)).rejects.toMatchObject({
      code: 'insufficient_memory',
      data: { available: 100_000 },
    });
    expect(watch.mock.calls.filter(([event]) => (event as { type: string }).type !== 'log')).toEqual([]);
    vi.restoreAllMocks();
  });

  it('fails where the heap of the WebAssembly engine is too small for it', () => {
    vi.spyOn(RunContext.prototype, 'availableBytes').mockReturnValue(1e12);
    const need = (bytes: number) => () => assertFits(bytes, 'Training', lab.context());
    expect(need(5e9)).toThrow('WebAssembly');
    expect(need(4e9)).not.toThrow();
    vi.restoreAllMocks();
  });
});

describe('forecast', () => {
  it.each(['standard', 'linear', 'responses'] as const)(
    'probes growing batches of %s work up to the real one and leaves no tensor behind',
    async (work) => {
      const before = engineMemory();
      const { probes, peakBytes, millisecondsPerStep, totalMilliseconds, fits } = await forecast({
        work,
        taskVectorCount: work === 'responses' ? 2 : 0,
      });
      expect(engineMemory()).toEqual(before);
      expect(probes.map(({ batchSize }) => batchSize)).toEqual([1, 4, 16, 64]);
      expect(peakBytes).toBe(probes[3].peakBytes);
      expect(millisecondsPerStep).toBe(probes[3].milliseconds);
      expect(totalMilliseconds).toBeCloseTo(10 * millisecondsPerStep);
      expect(fits).toBe(true);
    },
  );

  it('continues the line of its probes where the real batch is much larger', async () => {
    const { probes, peakBytes, millisecondsPerStep } = await forecast({ batchSize: 65_536 });
    const [before, last] = probes.slice(-2);
    expect(last.batchSize).toBeLessThan(65_536);
    expect(peakBytes).toBeGreaterThan(last.peakBytes);
    const slope = (last.milliseconds - before.milliseconds) / (last.batchSize - before.batchSize);
    expect(millisecondsPerStep).toBeCloseTo(last.milliseconds + slope * (65_536 - last.batchSize), 3);
  });

  it('says so where the work will not fit', async () => {
    vi.spyOn(RunContext.prototype, 'availableBytes').mockReturnValue(1000);
    expect((await forecast({ batchSize: 1 })).fits).toBe(false);
    vi.restoreAllMocks();
  });
});
