import { describe, expect, it } from 'vitest';
import type { LibraryEntry } from '#contract/records';
import type { EvaluationMode, FinetuningMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { findComparableMaps } from '#renderer/state/comparable-maps.ts';
import { gridOf, nearestPlace } from '#renderer/state/map-grid.ts';
import { hex } from '#test/support/hex';
import { finetuneSpec } from '#test/support/specs';

type MapSpec = RunSpecOf<'disentanglement'>;

const vectorId = (task: number, kind: FinetuningMode) => hex(kind === 'linear' ? 'd' : 'e', task);

function mapSpec(mode: EvaluationMode, changes: Partial<MapSpec['params']> = {}, seed = 0): MapSpec {
  const kind = mode === 'linear' ? 'linear' : 'standard';
  return {
    kind: 'disentanglement',
    specVersion: 1,
    params: {
      mode,
      split: 'test',
      cells: { shape: 'map', from: -3, to: 3, points: 21 },
      imageCount: 2048,
      batchSize: 128,
      engine: 'auto',
      ...changes,
    },
    inputs: {
      model: hex('a', 1),
      tasks: [1, 2].map((task) => ({
        dataset: hex('b', task),
        head: hex('c', task),
        taskVector: vectorId(task, kind),
      })),
    },
    seed,
  };
}

function entry(kind: 'disentanglement' | 'task-vector', id: string, spec: LibraryEntry['madeBy']['spec']) {
  const madeBy = { runId: `run of ${id}`, kind: spec!.kind, title: '', spec };
  return { id, kind, label: '', role: kind, sizeBytes: 1, createdAt: 0, madeBy };
}

function vector(task: number, kind: FinetuningMode, seed = 0): LibraryEntry {
  const spec = finetuneSpec({ model: hex('a', 1), dataset: hex('b', task), head: hex('c', task) });
  return entry('task-vector', vectorId(task, kind), {
    ...spec,
    params: { ...spec.params, mode: kind },
    seed,
  });
}
const map = (id: string, spec: MapSpec) => entry('disentanglement', id, spec);

const vectors = [1, 2].flatMap((task) => [vector(task, 'standard'), vector(task, 'linear')]);
const own = { runId: 'own', spec: mapSpec('linear') };

describe('what a map is compared with', () => {
  it('is the map of the same tasks in each other mode, whose vectors were trained with the same seed', () => {
    const maps = [map('post', mapSpec('posthoc')), map('std', mapSpec('standard'))];
    expect(findComparableMaps(own, maps, vectors)).toMatchObject([
      { mode: 'standard', artifact: 'std' },
      { mode: 'posthoc', artifact: 'post' },
    ]);
  });

  it('prefers one on the same grid to a newer one on another', () => {
    const coarse = mapSpec('standard', { cells: { shape: 'map', from: -3, to: 3, points: 5 } });
    const [found] = findComparableMaps(own, [map('new', coarse), map('old', mapSpec('standard'))], vectors);
    expect(found).toMatchObject({ artifact: 'old' });
    expect(findComparableMaps(own, [map('new', coarse)], vectors)[0]).toMatchObject({ artifact: 'new' });
  });

  it.each<[string, MapSpec]>([
    ['split', mapSpec('standard', { split: 'val' })],
    ['images', mapSpec('standard', { imageCount: 100 })],
    ['draw of images', mapSpec('standard', {}, 1)],
    ['shape', mapSpec('standard', { cells: { shape: 'diagonal', from: 0, to: 1, points: 5 } })],
  ])('is nothing of another %s', (_, spec) => {
    expect(findComparableMaps(own, [map('other', spec)], vectors)[0]).toHaveProperty('wizard');
  });

  it('is nothing whose vectors were trained with another seed', () => {
    const others = [vector(1, 'standard', 1), vector(2, 'standard', 1), ...vectors.filter((_, i) => i % 2)];
    const [found] = findComparableMaps(own, [map('std', mapSpec('standard'))], others);
    expect(found).toMatchObject({ untrained: hex('b', 1), wizard: { kind: 'finetune' } });
  });

  it('offers the wizard with the vectors of the other kind where only the map is missing', () => {
    const [found] = findComparableMaps(own, [], vectors);
    const tasks = mapSpec('standard').inputs.tasks;
    expect(found).toEqual({
      mode: 'standard',
      untrained: null,
      wizard: {
        page: 'new',
        kind: 'disentanglement',
        from: 'own',
        changes: { 'params.mode': 'standard', 'inputs.tasks': tasks },
      },
    });
  });

  it('keeps vectors that were imported where the other mode uses the same ones', () => {
    const standard = { runId: 'own', spec: mapSpec('standard') };
    const found = findComparableMaps(standard, [map('post', mapSpec('posthoc'))], []);
    expect(found).toMatchObject([{ artifact: 'post' }, { mode: 'linear', untrained: hex('b', 1) }]);
  });
});

describe('the crosshair of several maps', () => {
  it('is in the nearest cell of each grid', () => {
    const fine = gridOf({ shape: 'map', from: -1, to: 1, points: 5 });
    expect(fine).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(nearestPlace(fine, [0.3, -7])).toEqual({ first: 3, second: 0 });
    expect(gridOf({ shape: 'pairs', scalingCoef: 1 })).toEqual([]);
  });
});
