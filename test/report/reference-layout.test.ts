import { describe, expect, it } from 'vitest';
import { benchmarkResultsSchema, type BenchmarkResults } from '#contract/benchmark-results';
import { knownDatasetSchema } from '#contract/known-dataset';
import { readReferenceLayout } from '#report/reference-layout/read-layout';
import { pythonFloat } from '#report/reference-layout/python-json';
import { writeReferenceLayout } from '#report/reference-layout/write-layout';
import dtd from '#resources/datasets/dtd.json';
import imagenet from '#resources/datasets/imagenet.json';
import mnist from '#resources/datasets/mnist.json';
import { exampleBenchmark, withSeed } from './example-benchmark';

const known = [dtd, mnist, imagenet].map((file) => knownDatasetSchema.parse(file));
const options = { title: 'folder', model: 'ViT-B-32', seed: 0, known };

/** As the scripts of the reference implementation leave them: one line, or an indentation of 4. */
const handMade: Readonly<Record<string, string>> = {
  'zeroshot_accuracies.json':
    '{"DTD": 0.5, "DTDVal": 0.5, "MNIST": 0.4, "MNISTVal": 0.4, "ImageNetVal": 0.6, "ImageNet": 0.6}',
  'linear_ft_accuracies.json': '{"DTD": 0.8, "DTDVal": 0.75, "MNIST": 1.0, "MNISTVal": 1.0}',
  'linear_additions.json': `{
    "test": {
        "DTD:top1": 0.7,
        "MNIST:top1": 0.9,
        "DTD:normalized_top1": 0.8749999999999999,
        "MNIST:normalized_top1": 0.9,
        "avg_normalized_top1": 0.8875,
        "avg_top1": 0.8
    },
    "val": {
        "0.0": {
            "DTDVal:top1": 0.5,
            "MNISTVal:top1": 0.4,
            "DTDVal:normalized_top1": 0.6666666666666666,
            "MNISTVal:normalized_top1": 0.4,
            "avg_normalized_top1": 0.5333333333333333,
            "avg_top1": 0.45
        },
        "0.15000000000000002": {
            "DTDVal:top1": 0.75,
            "MNISTVal:top1": 0.9,
            "DTDVal:normalized_top1": 1.0,
            "MNISTVal:normalized_top1": 0.9,
            "avg_normalized_top1": 0.95,
            "avg_top1": 0.825
        },
        "0.30000000000000004": {
            "DTDVal:top1": 0.75,
            "MNISTVal:top1": 0.9,
            "DTDVal:normalized_top1": 1.0,
            "MNISTVal:normalized_top1": 0.9,
            "avg_normalized_top1": 0.95,
            "avg_top1": 0.825
        },
        "1.0": {
            "DTDVal:top1": 0.25,
            "MNISTVal:top1": 0.5,
            "DTDVal:normalized_top1": 0.3333333333333333,
            "MNISTVal:normalized_top1": 0.5,
            "avg_normalized_top1": 0.41666666666666663,
            "avg_top1": 0.375
        }
    }
}`,
  'linear_negations.json': `{
    "DTD": {
        "test": 0.25,
        "test_control": 0.58,
        "val": {
            "0.0": {
                "DTDVal:top1": 0.5,
                "ImageNetVal:top1": 0.6,
                "DTDVal:normalized_top1": 0.6666666666666666,
                "avg_normalized_top1": 0.6666666666666666,
                "avg_top1": 0.5
            },
            "0.30000000000000004": {
                "DTDVal:top1": 0.25,
                "ImageNetVal:top1": 0.58,
                "DTDVal:normalized_top1": 0.3333333333333333,
                "avg_normalized_top1": 0.3333333333333333,
                "avg_top1": 0.25
            },
            "1.0": {
                "DTDVal:top1": 0.125,
                "ImageNetVal:top1": 0.5,
                "DTDVal:normalized_top1": 0.16666666666666666,
                "avg_normalized_top1": 0.16666666666666666,
                "avg_top1": 0.125
            }
        }
    }
}`,
};

/** A text of the example with one passage changed, which must be there. */
function changed(file: string, from: string, to: string): Record<string, string> {
  expect(handMade[file]).toContain(from);
  return { ...handMade, [file]: handMade[file].replace(from, to) };
}

describe('the reference implementation’s layout of results', () => {
  it('writes floats as Python does', () => {
    const floats: readonly (readonly [number, string])[] = [
      [0, '0.0'],
      [1, '1.0'],
      [3 * 0.05, '0.15000000000000002'],
      [0.0001, '0.0001'],
      [0.00001, '1e-05'],
      [1.5e-7, '1.5e-07'],
      [1e16, '1e+16'],
      [1e15, '1000000000000000.0'],
      [2.5e-11, '2.5e-11'],
    ];
    for (const [value, text] of floats) expect(pythonFloat(value)).toBe(text);
  });

  it('is read: normalisers by split, counts of published datasets, and the smallest α that wins', () => {
    const results = readReferenceLayout(handMade, options);
    expect(benchmarkResultsSchema.parse(results)).toEqual(results);
    expect(results.tasks).toEqual(['DTD', 'MNIST']);
    expect(results.classCounts).toEqual([47, 10]);
    expect(results.control).toBe('ImageNet');
    expect(results.notes).toEqual([]);
    const [{ method, seeds }] = results.methods;
    expect(method).toBe('linear');
    const { addition, negation } = seeds[0];
    expect(addition?.chosenScalingCoef).toBe(0.15000000000000002);
    expect(addition?.test.averageNormalizedTop1).toBeCloseTo(0.8875, 12);
    expect(addition?.test.tasks[0]).toMatchObject({ correct: 1316, count: 1880 });
    expect(addition?.sweep[0].val.tasks[0]).toMatchObject({ correct: 188, count: 376 });
    expect(negation?.tasks[0].chosenScalingCoef).toBe(0.30000000000000004);
    expect(negation?.tasks[0].singleTask.test.top1).toBe(0.8);
    expect(negation?.tasks[0].testAtOne).toBeNull();
    expect(negation?.averageControlTop1).toBe(0.58);
  });

  it('is written back to the same texts', () => {
    expect(writeReferenceLayout(readReferenceLayout(handMade, options), 0)).toEqual(handMade);
  });

  it('keeps everything that it has a place for on a round trip', () => {
    const results = exampleBenchmark([0, 7]);
    const files = writeReferenceLayout(results, 7);
    expect(Object.keys(files).sort()).toEqual([
      'additions.json',
      'ft_accuracies.json',
      'linear_additions.json',
      'linear_ft_accuracies.json',
      'linear_negations.json',
      'negations.json',
      'posthoc_additions.json',
      'posthoc_ft_accuracies.json',
      'posthoc_negations.json',
      'zeroshot_accuracies.json',
    ]);
    expect(files['zeroshot_accuracies.json']).toContain('"objectsVal": 0.64, "objects": 0.64');
    const read = readReferenceLayout(files, { ...options, seed: 7 });
    expect(writeReferenceLayout(read, 7)).toEqual(files);
    expect(read.methods.map(({ seeds }) => topsOf(seeds[0]))).toEqual(
      results.methods.map(({ seeds }) => topsOf(seeds[1])),
    );
    expect(read.notes.join(' ')).toContain('How many images digits has is not known: 10000 are assumed');
  });

  it('has no file for what was not measured, and none for a seed that is not there', () => {
    const results = withSeed(exampleBenchmark([0]), 'posthoc', (seed) => ({
      ...seed,
      addition: null,
      negation: null,
    }));
    expect(
      Object.keys(writeReferenceLayout(results, 0)).filter((file) => file.startsWith('posthoc')),
    ).toEqual([]);
    expect(() => writeReferenceLayout(results, 3)).toThrow('no results for seed 3');
  });

  it('is read as far as there are files', () => {
    const { 'linear_ft_accuracies.json': single } = handMade;
    const alone = readReferenceLayout({ 'linear_ft_accuracies.json': single }, options);
    expect(alone.methods[0].seeds[0]).toMatchObject({ addition: null, negation: null });
    expect(alone.methods[0].seeds[0].alone?.singleTask.test.averageTop1).toBe(0.9);
    const rest = Object.fromEntries(
      Object.entries(handMade).filter(([file]) => file !== 'zeroshot_accuracies.json'),
    );
    const noted = readReferenceLayout(rest, options);
    expect(noted.methods[0].seeds[0].addition).toBeNull();
    expect(noted.notes.join(' ')).toContain('need zeroshot_accuracies.json');
    expect(() => readReferenceLayout({ 'other.json': '{}' }, options)).toThrow('There are no result files');
  });

  it('reports a stored test result that does not belong to the α that the sweep chooses', () => {
    const files = changed('linear_additions.json', '"MNIST:top1": 0.9', '"MNIST:top1": 0.5');
    files['linear_additions.json'] = files['linear_additions.json'].replace(
      '"DTD:top1": 0.7',
      '"DTD:top1": 0.25',
    );
    const { notes } = readReferenceLayout(files, options);
    expect(notes.join(' ')).toContain('chooses α = 0.15, but its test result seems to be that of α = 1.00');
    const negated = readReferenceLayout(
      changed(
        'linear_negations.json',
        '"test": 0.25,\n        "test_control": 0.58',
        '"test": 0.5,\n        "test_control": 0.6',
      ),
      options,
    );
    expect(negated.notes.join(' ')).toContain('seems to be that of α = 0.00');
  });

  it('reports averages by other normalisers, and accuracies that are no whole number of images', () => {
    const other = readReferenceLayout(
      changed('linear_additions.json', '"avg_normalized_top1": 0.8875', '"avg_normalized_top1": 0.8'),
      options,
    );
    expect(other.notes.join(' ')).toContain('the normalized averages at test are not those');
    const leaky = readReferenceLayout(
      changed('linear_ft_accuracies.json', '"DTDVal": 0.75', '"DTDVal": 0.7854609929078015'),
      options,
    );
    expect(leaky.notes.join(' ')).toContain('of DTDVal is no whole number of its 376 images');
  });

  it.each<[string, string, string, string]>([
    ['linear_additions.json', '"DTDVal:top1": 0.25', '"DTDVal:top1": "x"', 'val / 1.0 / DTDVal:top1'],
    ['linear_additions.json', '"0.0"', '"zero"', 'val / zero'],
    ['linear_additions.json', '"MNISTVal:top1": 0.4,', '', 'val / 0.0 / MNISTVal:top1'],
    ['linear_ft_accuracies.json', '"DTD": 0.8', '"DTD": 80', 'DTD'],
    ['linear_ft_accuracies.json', '"DTDVal": 0.75, ', '', 'DTDVal'],
    ['linear_negations.json', '"test": 0.25,', '', 'DTD / test'],
    ['zeroshot_accuracies.json', '"ImageNetVal": 0.6, ', '', 'ImageNetVal'],
  ])('is refused if %s has for %s only "%s"', (file, from, to, field) => {
    expect(() => readReferenceLayout(changed(file, from, to), options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', data: { file, field } }),
    );
  });

  it('is refused if a file is not JSON', () => {
    expect(() => readReferenceLayout({ 'additions.json': '{' }, options)).toThrow(
      'additions.json is not JSON',
    );
  });
});

/** The values that the layout has a place for. */
function topsOf({ addition, negation }: BenchmarkResults['methods'][number]['seeds'][number]): unknown {
  return {
    chosen: addition?.chosenScalingCoef,
    test: addition?.test.tasks.map(({ top1, normalizedTop1 }) => [top1, normalizedTop1]),
    pretrained: addition?.pretrained.tasks.map(({ top1 }) => top1),
    single: addition?.singleTask.val.tasks.map(({ top1 }) => top1),
    sweep: addition?.sweep.map(({ scalingCoef, val }) => [scalingCoef, val.averageNormalizedTop1]),
    control: negation?.pretrainedControl.test.top1,
    negated: negation?.tasks.map(({ task, chosenScalingCoef, test, sweep }) => [
      task,
      chosenScalingCoef,
      test.target.top1,
      test.control.top1,
      sweep.map(({ scalingCoef, val }) => [scalingCoef, val.target.top1, val.control.top1]),
    ]),
  };
}
