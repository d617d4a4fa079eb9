import { describe, expect, it } from 'vitest';
import type { MergeRule } from '#contract/specs/edit-merge.v1';
import { mergeTaskVectors } from '#numerics/editing/merge/merge-task-vectors';
import { sumTaskVectors, type NamedArrays } from '#numerics/editing/task-vector';
import { RandomStream } from '#numerics/engine/random';
import { placeParameters } from '#numerics/models/parameter-place';
import { initializeVision } from '#numerics/models/vision-parameters';
import { tinyArchitecture } from '#test/support/tiny-tower';

const array = (...numbers: number[]) => ({ shape: [numbers.length], data: Float32Array.from(numbers) });
const vectorOf = (a: number[], b: number[]): NamedArrays =>
  new Map([
    ['visual.proj', array(...a)],
    ['visual.conv1.weight', array(...b)],
  ]);
const numbersOf = (vector: NamedArrays) => [...vector.values()].flatMap(({ data }) => [...data]);

/** τ of the tiny tower, with random numbers. */
const tower = (seed: number, architecture = tinyArchitecture): NamedArrays =>
  new Map(
    [...initializeVision(architecture, 0)].map(([name, { shape, data }]) => [
      name,
      { shape, data: new RandomStream(seed, name).normals(data.length) },
    ]),
  );
const towers = [tower(1), tower(2)];
const sum = sumTaskVectors(towers.map((tensors) => ({ scalingCoef: 1, tensors })));
const merge = (vectors: readonly NamedArrays[], rule: MergeRule, seed = 0) =>
  mergeTaskVectors(vectors, rule, seed);

describe('mergeTaskVectors', () => {
  it('averages', () => {
    const merged = merge([vectorOf([2, 4], [6]), vectorOf([0, -4], [3])], { name: 'average' });
    expect(numbersOf(merged)).toEqual([1, 0, 4.5]);
  });

  it('trims, elects signs and takes disjoint means (ties), worked by hand', () => {
    const vectors = [
      vectorOf([5, -1, 0.1], [3, 0]),
      vectorOf([-2, -4, 0.2], [0.1, 0]),
      vectorOf([-6, 3, 0.1], [2, 0]),
    ];
    // Of five numbers three are kept: 5 −1 3, −2 −4 0.2, −6 3 2. Totals: −3, −2, 0.2, 5, 0.
    const merged = merge(vectors, { name: 'ties', keep: 0.6 });
    const expected = [(-2 - 6) / 2, (-1 - 4) / 2, 0.2, (3 + 2) / 2, 0];
    numbersOf(merged).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  });

  it('of one vector and all of it, by ties, is the vector', () => {
    expect(numbersOf(merge([towers[0]], { name: 'ties', keep: 1 }))).toEqual(numbersOf(towers[0]));
  });

  it('keeps the largest numbers over all parameters (magnitude)', () => {
    const merged = merge([vectorOf([1, -5, 2], [4]), vectorOf([7, 1, 1], [-6])], {
      name: 'magnitude',
      keep: 0.5,
    });
    expect(numbersOf(merged)).toEqual([7, -5, 0, 4 - 6]);
    expect(numbersOf(merge(towers, { name: 'magnitude', keep: 1 }))).toEqual(numbersOf(sum));
  });

  it('drops as many numbers as told, scales the others, and depends on nothing but the seed (dare)', () => {
    const [vector] = towers;
    const dropped = numbersOf(merge([vector], { name: 'dare', drop: 0.75 }, 5));
    const original = numbersOf(vector);
    const kept = dropped.flatMap((value, i) => (value === 0 ? [] : [i]));
    expect(kept.length / original.length).toBeCloseTo(0.25, 1);
    for (const i of kept) expect(dropped[i]).toBeCloseTo(4 * original[i], 5);
    expect(numbersOf(merge([vector], { name: 'dare', drop: 0.75 }, 5))).toEqual(dropped);
    expect(numbersOf(merge([vector], { name: 'dare', drop: 0.75 }, 6))).not.toEqual(dropped);
    expect(numbersOf(merge(towers, { name: 'dare', drop: 0 }))).toEqual(numbersOf(sum));
  });

  it('scales linearly over the blocks, and everything else like the first (lines)', () => {
    const deep = [1, 2].map((seed) => tower(seed, { ...tinyArchitecture, layers: 3 }));
    const sum = sumTaskVectors(deep.map((tensors) => ({ scalingCoef: 1, tensors })));
    const merged = merge(deep, { name: 'lines', shallow: 0.4 });
    const factors = [0.4, 0.4, 0.7, 1, 0.4];
    const places = placeParameters(sum.keys());
    for (const [name, { data }] of merged) {
      const { depth } = places.get(name)!;
      data.forEach((value, i) => expect(value).toBeCloseTo(factors[depth] * sum.get(name)!.data[i], 5));
    }
    expect(new Set([...places.values()].map(({ depth }) => depth))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('leaves a single block as it is (lines)', () => {
    const vector = tower(1, { ...tinyArchitecture, layers: 1 });
    const merged = merge([vector], { name: 'lines', shallow: 0 });
    const block = 'visual.transformer.resblocks.0.mlp.c_fc.weight';
    expect(merged.get(block)!.data).toEqual(vector.get(block)!.data);
    expect(merged.get('visual.proj')!.data.every((value) => value === 0)).toBe(true);
  });

  it('scales by given factors, one for each depth (layerScaling)', () => {
    const merged = merge(towers, { name: 'layerScaling', factors: [0, 2, 0, 1] });
    const ratio = (name: string) => merged.get(name)!.data[0] / sum.get(name)!.data[0];
    expect(ratio('visual.conv1.weight')).toBe(0);
    expect(ratio('visual.transformer.resblocks.0.mlp.c_fc.weight')).toBe(2);
    expect(ratio('visual.transformer.resblocks.1.attn.in_proj_weight')).toBe(0);
    expect(ratio('visual.proj')).toBe(1);
    expect(() => merge(towers, { name: 'layerScaling', factors: [1, 1, 1] })).toThrow('the model needs 4');
  });

  it('keeps parts of the tower, which together are all of it (parts)', () => {
    const parts = ['embedding', 'attention', 'mlp', 'norms', 'projection'] as const;
    const each = parts.map((part) => merge(towers, { name: 'parts', keep: [part] }));
    const isEdited = (vector: NamedArrays) =>
      [...vector].filter(([, { data }]) => data.some((value) => value !== 0)).map(([name]) => name);
    expect(isEdited(each[1]).every((name) => name.includes('.attn.'))).toBe(true);
    expect(isEdited(each[2]).every((name) => name.includes('.mlp.'))).toBe(true);
    expect(each.flatMap(isEdited).sort()).toEqual([...sum.keys()].sort());
    const together = sumTaskVectors(each.map((tensors) => ({ scalingCoef: 1, tensors })));
    expect(numbersOf(together)).toEqual(numbersOf(sum));
  });

  it.each([{ name: 'average' }, { name: 'ties', keep: 0.5 }] as const)(
    'refuses vectors of two layouts ($name)',
    (rule) => {
      const other = new Map(towers[1]);
      other.delete('visual.proj');
      expect(() => merge([towers[0], other], rule)).toThrow('visual.proj');
    },
  );

  it('refuses a parameter that the tower does not have', () => {
    const strange = new Map([['visual.head', array(1)]]);
    expect(() => merge([strange], { name: 'parts', keep: ['mlp'] })).toThrow('visual.head');
  });
});
