import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LabItem, LabSpec } from '#contract/lab';
import { createForkLauncher } from '#host/fork-launcher';
import { openHost } from '#host/open-host';
import { startEngine } from '#numerics/engine/start-engine';
import { makeSmallWorld, RunLab } from '#test/support/run-lab';
import { accuraciesAt } from '#test/support/specs';
import { tempFolder } from '#test/support/temp-folder';

const root = join(import.meta.dirname, '..', '..');

describe('a lab in a process of its own', () => {
  it('says how it opens, answers, and is gone with the host', async () => {
    await startEngine('wasm');
    const dataDirectory = tempFolder();
    const world = await makeSmallWorld(new RunLab(dataDirectory));
    const host = await openHost({
      dataDirectory,
      launcher: createForkLauncher(join(root, 'out', 'main', 'worker.js')),
      app: { root, version: '0.1.0', commit: null },
      shell: 'cli',
    });
    const spec: LabSpec = {
      mode: 'linear',
      model: world.model,
      taskVectors: [...world.vectors.linear],
      tasks: [...world.tasks],
      split: 'test',
      imageCount: null,
      seed: 0,
      batchSize: 64,
      engine: 'wasm',
    };
    const ask = async (scalingCoefs: number[]) => {
      const items: LabItem[] = [];
      for await (const item of host.labs.ask(spec, accuraciesAt(scalingCoefs), new AbortController().signal))
        items.push(item);
      return items;
    };
    try {
      const first = await ask([1, 0]);
      expect(first.slice(0, -1).some(({ type }) => type === 'progress')).toBe(true);
      expect(first.at(-1)).toMatchObject({ type: 'answer', scalingCoefs: [1, 0] });
      const [second, ...rest] = await ask([0, 1]);
      expect(rest).toEqual([]);
      expect(second).toMatchObject({ type: 'answer', accuracies: [{ task: 'signs' }, { task: 'digits' }] });
      await expect(ask([1])).rejects.toMatchObject({ code: 'invalid_input' });
    } finally {
      await host.close();
    }
  }, 60_000);
});
