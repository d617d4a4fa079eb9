import { describe, expect, test } from 'vitest';
import { assignParts, groupShards } from '#numerics/data/sources/split-parts';

describe('grouping shards into parts', () => {
  test.for([
    ['train-00000-of-00002.parquet', 'train'],
    ['data/train-00000-of-00002.parquet', 'train'],
    ['plain_text/validation-00000-of-00001.parquet', 'validation'],
    ['default/train/0000.parquet', 'train'],
    ['Test/0.tar', 'test'],
    ['cc3m-train-0000.tar', 'train'],
    ['train_0001.tar.gz', 'train'],
    ['train0001.tgz', 'train'],
    ['cifar10-test-000000.tar', 'test'],
    ['test.parquet', 'test'],
    ['unsupervised-00000-of-00001.parquet', 'unsupervised'],
    ['train_extra-00000.parquet', 'train_extra'],
    ['mnist_train.parquet', 'train'],
    ['imagenet-val/00000.tar', 'val'],
    ['default/partial-test/0000.parquet', 'test'],
    ['alpha/0000.parquet', 'alpha'],
    ['0000.parquet', 'data'],
  ])('%s belongs to %s', ([file, part]) => {
    const { parts } = groupShards([file, 'other.tar']);
    expect([...parts.keys()][0]).toBe(part);
  });

  test('the only part is for training unless its name says something else', () => {
    const { parts, notes } = groupShards(['00.tar', '01.tar']);
    expect([...parts]).toEqual([['train', ['00.tar', '01.tar']]]);
    expect(notes).toEqual([
      'The names of the files do not say which split they are; all of them are taken for "train".',
    ]);
    expect(groupShards(['test-00.tar'])).toEqual({ parts: new Map([['test', ['test-00.tar']]]), notes: [] });
  });
});

describe('assigning parts to splits', () => {
  test('goes by their names and leaves out what it does not know', () => {
    expect(assignParts(['validation', 'unsupervised', 'test', 'train'])).toEqual({
      assignment: { train: ['train'], val: ['validation'], test: ['test'] },
      notes: [],
    });
  });

  test('takes one part for each split and says what is left out or missing', () => {
    expect(assignParts(['extra', 'validation', 'val'])).toEqual({
      assignment: { train: [], val: ['val'], test: [] },
      notes: [
        'The part "val" makes the val split; "validation" is left out.',
        'No part is named "train"; there is "extra", "validation", "val". Say which part makes each split.',
      ],
    });
  });
});
