import { describe, expect, it } from 'vitest';
import type { StudyStepRecord } from '#contract/records';
import { groupSteps } from '#renderer/views/study/group-steps.ts';
import { layoutSteps, stepTowards } from '#renderer/views/study/layout-steps.ts';

function step(id: string, changes: Partial<StudyStepRecord> = {}): StudyStepRecord {
  return {
    id,
    title: id,
    kind: 'finetune',
    dependsOn: [],
    runId: null,
    state: 'waiting',
    reused: false,
    ...changes,
  };
}

const tasks = Array.from({ length: 8 }, (_, t) => `task-${t}`);

/** A benchmark: one model, a dataset and a head of each task, both modes with each seed, and the edits. */
function benchmark(seeds: number): StudyStepRecord[] {
  const trainings = Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
    ['standard', 'linear'].flatMap((mode) =>
      tasks.map((task) =>
        step(`finetune-${mode}-${task}-${seed}`, {
          title: `Fine-tune on ${task} (${mode}, seed ${seed})`,
          variant: [mode, `seed ${seed}`],
          dependsOn: ['model', `import-${task}`, `head-${task}`],
        }),
      ),
    ),
  );
  const edits = ['standard', 'linear'].map((mode) =>
    step(`add-${mode}`, {
      title: `Add the tasks (${mode})`,
      kind: 'edit-add',
      variant: [mode],
      dependsOn: ['model', ...trainings.filter(({ variant }) => variant?.[0] === mode).map(({ id }) => id)],
    }),
  );
  return [
    step('model', { kind: 'import-model', title: 'Import the model' }),
    ...tasks.flatMap((task) => [
      step(`import-${task}`, { kind: 'import-dataset', title: `Import ${task}` }),
      step(`head-${task}`, {
        kind: 'zero-shot-head',
        title: `Zero-shot head of ${task}`,
        dependsOn: ['model', `import-${task}`],
      }),
    ]),
    ...trainings,
    ...edits,
  ];
}

describe('groupSteps', () => {
  it('puts together what is of one depth, kind, mode and seed, and names it by what its titles share', () => {
    const groups = groupSteps(benchmark(2));
    expect(groups.map(({ depth, title, variant, steps }) => [depth, title, variant, steps.length])).toEqual([
      [0, 'Import the model', '', 1],
      [0, 'Import', '', 8],
      [1, 'Zero-shot head', '', 8],
      [2, 'Fine-tune', 'standard, seed 0', 8],
      [2, 'Fine-tune', 'linear, seed 0', 8],
      [2, 'Fine-tune', 'standard, seed 1', 8],
      [2, 'Fine-tune', 'linear, seed 1', 8],
      // One of each mode: no group has to be told from another.
      [3, 'Add the tasks', '', 2],
    ]);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
  });

  it('tells seeds no longer apart where there are many', () => {
    const groups = groupSteps(benchmark(60)).filter(({ depth }) => depth === 2);
    expect(groups.map(({ variant, steps }) => [variant, steps.length])).toEqual([
      ['standard', 480],
      ['linear', 480],
    ]);
  });

  it('bears steps that refer to what is not there, and titles with nothing in common', () => {
    const groups = groupSteps([step('one', { dependsOn: ['gone'] }), step('two')]);
    expect(groups).toMatchObject([{ depth: 0, title: 'finetune', steps: [{}, {}] }]);
    expect(groupSteps([])).toEqual([]);
  });
});

describe('layoutSteps', () => {
  it('shows every step of sixty, without cards or cells on top of each other', () => {
    const { cards, cells, width, height } = layoutSteps(benchmark(2));
    expect(cells).toHaveLength(benchmark(2).length);
    for (const [i, a] of cards.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of cards.slice(i + 1)) {
        const isApart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(isApart).toBe(true);
      }
    }
    const places = cells.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { step: shown, x, y } of cells) {
      const card = cards.find(({ steps }) => steps.includes(shown))!;
      expect(x > card.x && x < card.x + card.width && y > card.y && y + 24 <= card.y + card.height).toBe(
        true,
      );
    }
  });

  it('leaves out edges that follow from others', () => {
    const { edges } = layoutSteps(benchmark(1));
    const named = edges.map(({ from, to }) => `${from} > ${to}`);
    expect(named).toEqual([
      '0/import-model > 1/zero-shot-head',
      '0/import-dataset > 1/zero-shot-head',
      '1/zero-shot-head > 2/finetune/standard/seed 0',
      '1/zero-shot-head > 2/finetune/linear/seed 0',
      '2/finetune/standard/seed 0 > 3/edit-add',
      '2/finetune/linear/seed 0 > 3/edit-add',
    ]);
  });

  it('folds what is large until it is opened, and stays small with a thousand steps', () => {
    const steps = benchmark(60);
    const folded = layoutSteps(steps);
    expect(steps.length).toBeGreaterThan(900);
    expect(folded.cells).toHaveLength(19);
    expect(folded.height).toBeLessThan(300);
    const { key } = folded.cards.find(({ canFold }) => canFold)!;
    const opened = layoutSteps(steps, new Set([key]));
    expect(opened.cells).toHaveLength(19 + 480);
  });
});

describe('stepTowards', () => {
  const { cells } = layoutSteps(benchmark(1));
  it('goes to the nearest step that way, also from one column to the next', () => {
    expect(stepTowards(cells, 'head-task-0', 'ArrowRight')).toBe('head-task-1');
    expect(stepTowards(cells, 'head-task-1', 'ArrowLeft')).toBe('head-task-0');
    expect(stepTowards(cells, 'head-task-0', 'ArrowDown')).toBe('head-task-6');
    expect(stepTowards(cells, 'head-task-5', 'ArrowRight')).toMatch(/^finetune-/);
    expect(stepTowards(cells, 'head-task-0', 'ArrowUp')).not.toBe('head-task-0');
    expect(stepTowards(cells, 'add-linear', 'ArrowRight')).toBeNull();
    expect(stepTowards(cells, 'head-task-0', 'Enter')).toBeNull();
  });
});
