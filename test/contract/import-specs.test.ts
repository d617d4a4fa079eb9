import { describe, expect, it } from 'vitest';
import {
  classHeadSpec,
  guessSubject,
  importDatasetSpec,
  importHeadSpec,
  importModelSpec,
  importTaskVectorSpec,
  inspectSpec,
  nameOfSource,
  noSource,
  randomModelSpec,
  zeroShotHeadSpec,
} from '#contract/import-specs';
import { runSpecSchema } from '#contract/specs/index';

const id = 'a'.repeat(64);
const source = { path: '/data/x', fingerprint: id, name: 'x' };

describe('the specifications of imports', () => {
  it.each([
    importModelSpec(source),
    importDatasetSpec(source, { onUnreadable: 'fail' }, 3),
    importTaskVectorSpec(source, id),
    importHeadSpec(source, id),
    zeroShotHeadSpec(
      { dataset: id, textEncoder: id, tokenizer: id },
      { templates: ['a {class}'], promptNames: ['cat', 'dog'] },
    ),
    classHeadSpec(id, 64),
    randomModelSpec(id, 'random'),
    inspectSpec(source, 'model'),
  ])('are valid as they are made: %j', (spec) => {
    expect(runSpecSchema.parse(spec)).toEqual(spec);
  });

  it('are not valid before something is chosen', () => {
    expect(runSpecSchema.safeParse(importDatasetSpec(noSource)).success).toBe(false);
    expect(runSpecSchema.safeParse(importHeadSpec(noSource, null)).success).toBe(false);
  });
});

describe('the name of what is imported', () => {
  it.each([
    ['/data/ViT-B-32.v2', true, 'ViT-B-32.v2'],
    ['/data/ViT-B-32.pt', false, 'ViT-B-32'],
    ['C:\\models\\clip\\', true, 'clip'],
    ['/data/.weights', false, '.weights'],
  ])('of %s is that of the file or folder', (path, hasNoEnding, name) => {
    expect(nameOfSource(path, hasNoEnding)).toBe(name);
  });
});

describe('what a source is taken for', () => {
  it.each([
    [['config.json', 'model.safetensors'], 'model'],
    [['/data/zeroshot.pt'], 'model'],
    [['train', 'test'], 'dataset'],
    [['data_batch_1.bin', 'test_batch.bin'], 'dataset'],
    [['/data/cifar-100-binary/train.bin'], 'dataset'],
    [[], 'dataset'],
  ])('with %j is a %s', (names, subject) => {
    expect(guessSubject(names)).toBe(subject);
  });
});
