import { describe, expect, it } from 'vitest';
import { complainer } from '#numerics/models/complain';
import { flatten } from '#numerics/models/torch/flatten';
import { PickleGlobal, PickleObject, type PickleValue } from '#numerics/models/torch/pickle-values';

const read = (value: PickleValue) => flatten(value, complainer('model.pt'));
const factsOf = (value: PickleValue) => Object.fromEntries(read(value).facts);
const dict = (...pairs: [PickleValue, PickleValue][]) => new Map(pairs);

function object(className: string, state: PickleValue, args: readonly PickleValue[] = []): PickleObject {
  const result = new PickleObject(className, args);
  result.state = state;
  return result;
}

describe('flatten', () => {
  it('names values by where they stand', () => {
    const value = dict(['a', 1], ['b', [true, dict(['c', 'x'])]], [7, 2.5], [2n ** 70n, 3]);
    expect(factsOf(value)).toEqual({
      a: 1,
      'b.0': true,
      'b.1.c': 'x',
      '7': 2.5,
      '1180591620717411303424': 3,
    });
  });

  it('gives a value that is not in anything an empty path', () => {
    expect(factsOf('text')).toEqual({ '': 'text' });
  });

  it('leaves out what has no name or no plain value', () => {
    const value = dict(
      ['none', null],
      ['bytes', new Uint8Array(1)],
      ['large', 2n ** 70n],
      [null, 1],
      [[1], 2],
      [0.5, 3],
    );
    expect(factsOf(value)).toEqual({});
  });

  it('puts parameters, buffers and parts of a module under its own path', () => {
    const part = object(
      'nn.Part',
      dict(['_parameters', dict(['weight', 1])], ['_buffers', dict()], ['_modules', dict()]),
    );
    const module = object(
      'nn.Whole',
      dict(
        ['size', 5],
        ['_parameters', dict(['bias', 2])],
        ['_buffers', dict(['mask', 3])],
        ['_modules', dict(['0', part])],
      ),
    );
    expect(factsOf(dict(['model', module]))).toEqual({
      'model.size': 5,
      'model.bias': 2,
      'model.mask': 3,
      'model.0.weight': 1,
    });
    expect(Object.fromEntries(read(module).classes)).toEqual({ '': 'nn.Whole', '0': 'nn.Part' });
  });

  it('keeps the path of what only looks like part of a module', () => {
    expect(factsOf(object('Other', dict(['_parameters', dict(['weight', 1])])))).toEqual({
      '_parameters.weight': 1,
    });
  });

  it('takes attributes from slots, items, entries or, without any of them, arguments', () => {
    expect(factsOf(object('A', [null, dict(['x', 1])], [9]))).toEqual({ x: 1 });
    expect(factsOf(object('A', [dict(['y', 2]), dict(['x', 1])]))).toEqual({ x: 1, y: 2 });
    expect(factsOf(object('A', null, ['bicubic']))).toEqual({ '0': 'bicubic' });
    expect(factsOf(object('A', 'state', ['bicubic']))).toEqual({ '0': 'bicubic' });
    const listLike = new PickleObject('A', [9]);
    listLike.items.push(4, 5);
    expect(factsOf(listLike)).toEqual({ '0': 4, '1': 5 });
    const dictLike = new PickleObject('A', [9]);
    dictLike.entries.set('k', 1);
    expect(factsOf(dictLike)).toEqual({ k: 1 });
  });

  it('lists functions that are not understood, and not types of numbers', () => {
    const value = dict(['f', new PickleGlobal('some.function')], ['t', new PickleGlobal('torch.float32')]);
    expect(Object.fromEntries(read(value).classes)).toEqual({ f: 'some.function' });
  });

  it('repeats what stands in two places', () => {
    const shared = dict(['x', 1]);
    expect(factsOf(dict(['a', shared], ['b', shared]))).toEqual({ 'a.x': 1, 'b.x': 1 });
  });

  it('leaves out what is part of itself', () => {
    const list: PickleValue[] = [1];
    list.push(list);
    expect(factsOf(list)).toEqual({ '0': 1 });
    const parent = object('Parent', null);
    parent.state = dict(['child', object('Child', dict(['parent', parent], ['x', 1]))]);
    expect(factsOf(parent)).toEqual({ 'child.x': 1 });
  });

  it('refuses two things at one path', () => {
    expect(() => read(dict(['a.b', 1], ['a', dict(['b', 2])]))).toThrow(
      'model.pt: holds two things at "a.b"',
    );
    expect(() => read(dict(['1', 1], [1, 2]))).toThrow('holds two things at "1"');
  });

  it('refuses values that stand too deep in one another', () => {
    const nested = (depth: number) => {
      let value: PickleValue = 1;
      for (let i = 0; i < depth; i++) value = [value];
      return value;
    };
    expect(read(nested(200)).facts.size).toBe(1);
    expect(() => read(nested(201))).toThrow('more than 200 deep');
    expect(() => read(nested(1_000_000))).toThrow('more than 200 deep');
  });

  it('refuses lists that hold a list many times, which holds a list many times', () => {
    let value: PickleValue = 1;
    for (let i = 0; i < 30; i++) value = Array.from({ length: 10 }, () => value);
    expect(() => read(value)).toThrow('holds more than 500000 values');
  });

  it('refuses names that are too long in all', () => {
    const value = dict(['x'.repeat(1_000_000), Array.from({ length: 100 }, (_, i) => i)]);
    expect(() => read(value)).toThrow('names that are too long');
  });
});
