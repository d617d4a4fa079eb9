import { describe, expect, it } from 'vitest';
import {
  knownDatasetSchema,
  promptNames,
  promptTemplatesSchema,
  renderPrompts,
  type KnownDataset,
} from '#contract/known-dataset';
import { findKnownDataset, listKnownDatasets, promptTemplates } from '#host/known-datasets';

const knownDatasets = listKnownDatasets();

const BATCH_SIZE = 128;

const suite8 = ['Cars', 'DTD', 'EuroSAT', 'GTSRB', 'MNIST', 'RESISC45', 'SUN397', 'SVHN'];
const suite14 = [...suite8, 'CIFAR100', 'STL10', 'Flowers102', 'OxfordIIITPet', 'PCAM', 'FER2013'];
const suite20 = [...suite14, 'EMNIST', 'CIFAR10', 'Food101', 'FashionMNIST', 'RenderedSST2', 'KMNIST'];

function expectKnown(name: string): KnownDataset {
  const known = findKnownDataset(name);
  if (known === undefined) throw new Error(`${name} is not known`);
  return known;
}

function countVal({ counts, split }: KnownDataset): number {
  if (split.val === 'own-part') return counts.val ?? 0;
  return Math.min(Math.floor(split.fraction * counts.train), split.cap);
}

function countSteps(known: KnownDataset): number {
  const trainCount = known.counts.train - (known.split.val === 'own-part' ? 0 : countVal(known));
  return known.finetuning.epochs * Math.ceil(trainCount / BATCH_SIZE);
}

describe('the known datasets', () => {
  it.each([
    [8, suite8],
    [14, suite14],
    [20, suite20],
  ] as const)('make up the suite of %i tasks', (size, names) => {
    expect(names).toHaveLength(size);
    const members = knownDatasets.filter(({ suites }) => suites.includes(size));
    expect(members.map(({ name }) => name)).toEqual(names);
  });

  it('have ImageNet as the only control task, outside all suites', () => {
    const controls = knownDatasets.filter(({ control }) => control);
    expect(controls.map(({ name, suites }) => ({ name, suites }))).toEqual([
      { name: 'ImageNet', suites: [] },
    ]);
    expect(knownDatasets).toHaveLength(21);
  });

  it.each([
    ['Cars', 196, 8144, 814, 8041],
    ['DTD', 47, 3760, 376, 1880],
    ['EuroSAT', 10, 21600, 2700, 2700],
    ['GTSRB', 43, 26640, 2664, 12630],
    ['MNIST', 10, 60000, 5000, 10000],
    ['RESISC45', 45, 18900, 1890, 6300],
    ['SUN397', 397, 19850, 1985, 19850],
    ['SVHN', 10, 73257, 5000, 26032],
    ['CIFAR100', 100, 50000, 5000, 10000],
    ['STL10', 10, 5000, 500, 8000],
    ['Flowers102', 102, 1020, 102, 6149],
    ['OxfordIIITPet', 37, 3680, 368, 3669],
    ['PCAM', 2, 262144, 5000, 32768],
    ['FER2013', 7, 28709, 2870, 7178],
    ['EMNIST', 10, 240000, 5000, 40000],
    ['CIFAR10', 10, 50000, 5000, 10000],
    ['Food101', 101, 75750, 5000, 25250],
    ['FashionMNIST', 10, 60000, 5000, 10000],
    ['RenderedSST2', 2, 6920, 692, 1821],
    ['KMNIST', 10, 60000, 5000, 10000],
    ['ImageNet', 1000, 1281167, 5000, 50000],
  ])('have the published numbers of classes and images: %s', (name, classCount, train, val, test) => {
    const known = expectKnown(name);
    expect(known).toMatchObject({ classCount, counts: { train, test } });
    expect(countVal(known)).toBe(val);
  });

  it.each([
    ['Cars', 2030],
    ['DTD', 2052],
    ['EuroSAT', 2028],
    ['GTSRB', 2068],
    ['MNIST', 2150],
    ['RESISC45', 1995],
    ['SUN397', 1960],
    ['SVHN', 2136],
  ])('are fine-tuned for about 2,000 steps: %s', (name, steps) => {
    expect(countSteps(expectKnown(name))).toBe(steps);
  });

  it('draw Val by one rule, except where it is a part of its own', () => {
    for (const { name, split, counts, parts } of knownDatasets) {
      const valParts = Object.values(parts).flatMap(({ val }) => val);
      if (name === 'EuroSAT') {
        expect(split).toEqual({ val: 'own-part' });
        expect(valParts).toEqual(['val']);
      } else {
        expect(split).toEqual({ val: 'from-train', fraction: 0.1, cap: 5000, seed: 0 });
        expect({ val: counts.val, valParts }).toEqual({ val: null, valParts: [] });
      }
    }
  });

  it('take the test images from where the reference implementation has them', () => {
    const folder = (name: string): unknown => expectKnown(name).parts['image-folder'];
    for (const name of ['DTD', 'SUN397', 'ImageNet']) {
      expect(folder(name)).toEqual({ train: ['train'], val: [], test: ['val'] });
    }
    expect(folder('EuroSAT')).toEqual({ train: ['train'], val: ['val'], test: ['test'] });
    expect(expectKnown('DTD').parts.dtd).toEqual({ train: ['train', 'val'], val: [], test: ['test'] });
    expect(expectKnown('RESISC45').parts.resisc45).toEqual({ train: ['train'], val: [], test: ['test'] });
  });

  it('are found by name and by other names, without regard to case', () => {
    expect(findKnownDataset('cars')?.name).toBe('Cars');
    expect(findKnownDataset(' Stanford_Cars ')?.name).toBe('Cars');
    expect(findKnownDataset('NWPU-RESISC45')?.name).toBe('RESISC45');
    expect(findKnownDataset('my-photos')).toBeUndefined();
  });

  it('share no name', () => {
    const names = knownDatasets.flatMap(({ name, aliases }) => [name.toLowerCase(), ...aliases]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('are refused when the names do not go with the number of classes', () => {
    const gtsrb = expectKnown('GTSRB');
    const eurosat = expectKnown('EuroSAT');
    expect(knownDatasetSchema.safeParse(gtsrb).success).toBe(true);
    expect(knownDatasetSchema.safeParse({ ...gtsrb, classCount: 42 }).success).toBe(false);
    expect(knownDatasetSchema.safeParse({ ...eurosat, classCount: 9 }).success).toBe(false);
    expect(knownDatasetSchema.safeParse({ ...gtsrb, extra: 1 }).success).toBe(false);
  });
});

describe('the prompt templates', () => {
  it.each([
    ['Cars', 8],
    ['DTD', 8],
    ['EuroSAT', 3],
    ['GTSRB', 3],
    ['MNIST', 1],
    ['RESISC45', 18],
    ['SUN397', 2],
    ['SVHN', 1],
    ['ImageNet', 80],
    ['CIFAR10', 18],
    ['CIFAR100', 18],
    ['STL10', 2],
    ['Flowers102', 1],
    ['OxfordIIITPet', 1],
    ['PCAM', 1],
    ['FER2013', 6],
    ['EMNIST', 1],
    ['Food101', 1],
    ['FashionMNIST', 2],
    ['RenderedSST2', 1],
    ['KMNIST', 1],
  ])('of %s are %i, all different, each with the class once', (name, count) => {
    const { templates, source } = promptTemplates(expectKnown(name).templates);
    expect(templates).toHaveLength(count);
    expect(new Set(templates).size).toBe(count);
    expect(templates.every((template) => template.split('{class}').length === 2)).toBe(true);
    expect(source).not.toBe('');
  });

  it('keep the wording of the source, with quotes and full stops or without', () => {
    expect(promptTemplates('default').templates).toEqual(['a photo of a {class}']);
    expect(promptTemplates('MNIST').templates).toEqual(['a photo of the number: "{class}".']);
    expect(promptTemplates('gtsrb').templates[0]).toBe('a zoomed in photo of a "{class}" traffic sign.');
    expect(promptTemplates('cars').templates[3]).toBe('i love my {class}!');
    expect(promptTemplates('pcam').templates).toEqual(['this is a photo of {class}']);
    expect(promptTemplates('resisc45').templates.slice(0, 2)).toEqual([
      'satellite imagery of {class}.',
      'aerial imagery of {class}.',
    ]);
    expect(promptTemplates('imagenet').templates.at(-1)).toBe('a tattoo of the {class}.');
  });

  it('that are not there are answered with the names of those that are', () => {
    expect(() => promptTemplates('birds')).toThrow(/"birds"; there are cars, dtd, .*, default\./);
  });

  it('are refused without a place for the class, or with two', () => {
    const list = promptTemplates('default');
    const isValid = (template: string): boolean =>
      promptTemplatesSchema.safeParse({ ...list, templates: [template] }).success;
    expect(['{class}', 'a photo', '{class} and {class}'].map(isValid)).toEqual([true, false, false]);
  });

  it('render the name of a class as it is', () => {
    expect(renderPrompts(['a {class}.', 'the {class}!'], '$& {class}')).toEqual([
      'a $& {class}.',
      'the $& {class}!',
    ]);
  });
});

describe('names for prompts', () => {
  const names = (dataset: string, ...classes: string[]): string[] =>
    promptNames(expectKnown(dataset), classes);
  const byLabel = (dataset: string): string[] => {
    const { classNames } = expectKnown(dataset);
    if (classNames.rule !== 'by-label') throw new Error(`${dataset} has another rule`);
    return classNames.names;
  };
  const numbers = (count: number, first = 0): string[] =>
    Array.from({ length: count }, (_, i) => String(first + i));

  it('have spaces for underscores', () => {
    expect(names('RESISC45', 'airplane', 'baseball_diamond')).toEqual(['airplane', 'baseball diamond']);
    expect(names('DTD', 'banded', 'polka-dotted')).toEqual(['banded', 'polka-dotted']);
    const plain = { ...expectKnown('DTD'), classNames: { rule: 'as-is' as const } };
    expect(promptNames(plain, ['a_b', 'c'])).toEqual(['a_b', 'c']);
  });

  it('lose the letter of the folder in SUN397, and nothing where there is none', () => {
    expect(names('SUN397', 'a_abbey', 'a_apartment_building_outdoor', 'y_yard')).toEqual([
      'abbey',
      'apartment building outdoor',
      'yard',
    ]);
    expect(names('SUN397', 'abbey', 'airplane cabin', '/b/bow_window/indoor')).toEqual([
      'abbey',
      'airplane cabin',
      'bow window indoor',
    ]);
  });

  it('are looked up by folder name in EuroSAT, whatever the spelling', () => {
    expect(names('EuroSAT', 'AnnualCrop', 'sea_lake', 'forest')).toEqual([
      'annual crop land',
      'lake or sea',
      'forest',
    ]);
    expect(names('EuroSAT', 'pasture land')).toEqual(['pasture land']);
    expect(() => names('EuroSAT', 'AnnualCrop', 'Desert')).toThrow(
      expect.objectContaining({ code: 'class_mismatch', data: { dataset: 'EuroSAT', class: 'Desert' } }),
    );
  });

  it('go with the expression in FER2013, in whichever order the classes are', () => {
    expect(names('FER2013', 'angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise')).toEqual([
      'angry',
      'disgusted',
      'fearful',
      'happy',
      'neutral',
      'sad',
      'surprised',
    ]);
    expect(() => names('FER2013', ...numbers(7))).toThrow(/"0" is none of its classes/);
  });

  it('go by number where the classes are numbered, from 0 or 1 and in any order', () => {
    const expected = byLabel('GTSRB');
    expect(names('GTSRB', ...numbers(43))).toEqual(expected);
    expect(names('GTSRB', ...numbers(43).map((text) => text.padStart(5, '0')))).toEqual(expected);
    const sorted = numbers(102, 1).sort();
    const flowers = names('Flowers102', ...sorted);
    expect(flowers[sorted.indexOf('1')]).toBe('pink primrose');
    expect(flowers[sorted.indexOf('102')]).toBe('blackberry lily');
    expect(() => names('GTSRB', ...numbers(43, 2))).toThrow(/not numbered from 0 or 1/);
    expect(() => names('PCAM', '0', '2')).toThrow(/not numbered from 0 or 1/);
  });

  it('are the digits themselves, and never one digit off', () => {
    expect(names('MNIST', ...numbers(10))).toEqual(numbers(10));
    expect(names('SVHN', ...numbers(10))).toEqual(numbers(10));
    expect(() => names('SVHN', ...numbers(10, 1))).toThrow(/"1" is not class 0 of it/);
  });

  it('go by name where all classes have the listed names', () => {
    const breeds = ['Abyssinian', 'Bengal', 'Birman', 'american_bulldog', 'yorkshire_terrier'];
    const others = byLabel('OxfordIIITPet').filter(
      (name) => !breeds.includes(name) && !['American Bulldog', 'Yorkshire Terrier'].includes(name),
    );
    expect(names('OxfordIIITPet', ...breeds, ...others).slice(0, 5)).toEqual([
      'Abyssinian',
      'Bengal',
      'Birman',
      'American Bulldog',
      'Yorkshire Terrier',
    ]);
    expect(names('RenderedSST2', 'positive', 'negative')).toEqual(['positive', 'negative']);
  });

  it('go by position where the classes have other names, unless a listed one is out of place', () => {
    expect(names('PCAM', 'normal', 'tumor')).toEqual(byLabel('PCAM'));
    const ids = numbers(1000).map((text) => `n${text.padStart(8, '0')}`);
    expect(names('ImageNet', ...ids)).toEqual(byLabel('ImageNet'));
    const [first, second, ...rest] = byLabel('CIFAR10');
    expect(names('CIFAR10', 'plane', second, ...rest)[0]).toBe('airplane');
    expect(() => names('CIFAR10', second, 'plane', ...rest)).toThrow(/"automobile" is not class 0/);
    expect(first).toBe('airplane');
  });

  it('are refused where the number of classes is another or the classes have numbers for names', () => {
    expect(() => names('MNIST', ...numbers(9))).toThrow(/it has 10 classes, and here are 9/);
    expect(() => names('DTD', ...numbers(47))).toThrow(/numbers for its classes, and no names/);
  });

  it('of ImageNet are in label order', () => {
    const listed = byLabel('ImageNet');
    expect([0, 1, 134, 517, 657, 744, 836, 837, 999].map((label) => listed[label])).toEqual([
      'tench',
      'goldfish',
      'crane bird',
      'construction crane',
      'missile',
      'missile',
      'sunglasses',
      'sunglasses',
      'toilet paper',
    ]);
  });
});
