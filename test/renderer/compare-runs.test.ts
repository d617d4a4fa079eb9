import { describe, expect, it } from 'vitest';
import type { RunDetail } from '#contract/records';
import { compareSpecs, groupBySeeds, lastValues, meanAndDeviation } from '#renderer/state/compare-runs.ts';
import { finetuneSpec } from '#test/support/specs';
import { FakeHost } from '#test/support/fake-host';

const host = new FakeHost();
function run(changes: { steps?: number; seed?: number } = {}): RunDetail {
  const spec = finetuneSpec();
  const { steps = spec.params.schedule.steps, seed = spec.seed } = changes;
  const changed = { ...spec, params: { ...spec.params, schedule: { ...spec.params.schedule, steps } }, seed };
  const model = {
    id: spec.inputs.model,
    kind: 'model',
    role: 'model',
    label: 'ViT',
    sizeBytes: 1,
    createdAt: 0,
  } as const;
  return host.addRun('finetune', { spec: changed, storedSpec: changed, inputs: [model] });
}

describe('runs side by side', () => {
  it('differ where their specifications do, and name artifacts by their labels', () => {
    const rows = compareSpecs([run({ steps: 100 }), run({ steps: 200 })]);
    expect(rows.filter(({ isDifferent }) => isDifferent)).toEqual([
      { name: 'params.schedule.steps', values: ['100', '200'], isDifferent: true },
    ]);
    const { model } = finetuneSpec().inputs;
    const label = `ViT (${model.slice(0, 8)})`;
    expect(rows.find(({ name }) => name === 'inputs.model')?.values).toEqual([label, label]);
  });

  it('have no value where another kind has one', () => {
    const rows = compareSpecs([run(), host.addRun('render-tasks')]);
    const steps = rows.find(({ name }) => name === 'params.schedule.steps');
    expect(steps?.values[1]).toBeNull();
    expect(rows.find(({ name }) => name === 'kind')?.values).toEqual(['finetune', 'render-tasks']);
  });

  it('belong together where only the seed differs', () => {
    const runs = [run({ seed: 1 }), run({ steps: 9, seed: 1 }), run({ seed: 2 }), run({ seed: 3 })];
    expect(groupBySeeds(runs)).toEqual([{ runs: [0, 2, 3], seeds: ['1', '2', '3'] }]);
  });

  it('are summed up by last values, means and deviations', () => {
    const points = [
      { name: 'loss', step: 0, value: 3 },
      { name: 'loss', step: 9, value: 1 },
      { name: 'top1', step: 0, value: 0.5 },
    ];
    expect([...lastValues(points)]).toEqual([
      ['loss', 1],
      ['top1', 0.5],
    ]);
    expect(meanAndDeviation([1, 2, 3])).toEqual({ mean: 2, deviation: 1 });
    expect(meanAndDeviation([4])).toEqual({ mean: 4, deviation: null });
  });
});
