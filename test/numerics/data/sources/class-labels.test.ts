import { describe, expect, test } from 'vitest';
import { findClasses } from '#numerics/data/sources/class-labels';

describe('finding the classes of labels', () => {
  test('numbers make classes up to the greatest, whether all of them occur or not', () => {
    const { classes, indexOf, notes } = findClasses(
      [
        [2, -1],
        [0, 70_000],
      ],
      null,
      '/data',
    );
    expect(classes).toEqual(['0', '1', '2']);
    expect(notes).toHaveLength(1);
    expect([0, 1, 2].map(indexOf)).toEqual([0, 1, 2]);
    expect([-1, 3, 1.5, 70_000].map(indexOf)).toEqual(
      ['-1', '3', '1.5', '70000'].map((label) => ({ reason: `its label ${label} has no class` })),
    );
  });

  test('names make classes in code-unit order', () => {
    const { classes, indexOf, notes } = findClasses([['b', 'Z'], [], ['a', 'b', 3]], null, '/data');
    expect(classes).toEqual(['Z', 'a', 'b']);
    expect(notes).toEqual([]);
    expect(['a', 'c', 3].map(indexOf)).toEqual([
      1,
      { reason: 'its label "c" has no class' },
      { reason: 'its label 3 is a number where others are names' },
    ]);
  });

  test('the reason for a missing label is kept', () => {
    const { indexOf } = findClasses([[{ reason: 'it has no label' }, 0, 1]], ['cat', 'dog'], '/data');
    expect(indexOf({ reason: 'it has no label' })).toEqual({ reason: 'it has no label' });
  });

  test('there must be labels, and two classes of them but not too many', () => {
    const find = (...labels: (number | string)[]) => findClasses([labels], null, '/data');
    expect(() => find()).toThrow('no image has a label');
    expect(() => find(-1, 65_536)).toThrow('no image has a label');
    expect(() => find(0)).toThrow('all images have one label, "0"');
    expect(() => find('a', 'a')).toThrow('all images have one label, "a"');
    const many = Array.from({ length: 65_537 }, (_, i) => `caption ${i}`);
    expect(() => find(...many)).toThrow('more than 65536 different values');
  });

  test('captions are classes, many more than names can be', () => {
    const find = (...lists: string[][]) => findClasses(lists, null, '/data', 'caption');
    const many = Array.from({ length: 100_000 }, (_, i) => `caption ${i}`);
    const { classes, indexOf, notes } = find(many, many);
    expect(classes).toEqual([...many].sort());
    expect(indexOf('caption 99999')).toBe(99_999);
    expect(notes).toEqual(['The captions are the classes: 100000 distinct captions.']);
    expect(() => find()).toThrow('no image has a caption');
    expect(() => find(['a'], ['a'])).toThrow('all images have one caption, "a"');
    const more = Array.from({ length: 2 ** 20 + 1 }, (_, i) => String(i));
    expect(() => find(more)).toThrow('the captions have more than 1048576');
  });
});
