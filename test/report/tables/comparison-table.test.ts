import { describe, expect, it } from 'vitest';
import { comparisonTable, type ComparedRun } from '#report/tables/runs/comparison-table';

function run(id: string, kind: string, settings: Readonly<Record<string, string>>): ComparedRun {
  const all = Object.entries({ kind, ...settings });
  return {
    id,
    title: id,
    specHash: id,
    seed: 0,
    settings: new Map(all.map(([name, text]) => [name, { text, key: text, mark: null }])),
    numbers: [],
  };
}

const headsOf = (runs: readonly ComparedRun[]) => comparisonTable(runs).columns.map(({ head }) => head);

describe('comparisonTable', () => {
  it('shows what differs, and not what runs of another kind do not have', () => {
    const trainings = ['0.1', '0.2'].map((rate) =>
      run(rate, 'finetune', { 'params.learningRate': rate, 'params.steps': '100', 'inputs.model': 'clip' }),
    );
    const edit = run('edit', 'edit-add', { 'params.gridPoints': '21', 'inputs.model': 'clip' });
    expect(headsOf([...trainings, edit])).toEqual(['kind', 'learningRate']);
    expect(headsOf(trainings)).toEqual(['learningRate']);
  });

  it('shows a setting that only some runs of a kind have', () => {
    const runs = [
      run('few', 'edit-add', { 'inputs.tasks.0.dataset': 'digits' }),
      run('many', 'edit-add', { 'inputs.tasks.0.dataset': 'digits', 'inputs.tasks.1.dataset': 'signs' }),
    ];
    expect(headsOf(runs)).toEqual(['tasks.dataset']);
  });
});
