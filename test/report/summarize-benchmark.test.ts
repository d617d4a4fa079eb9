import { describe, expect, it } from 'vitest';
import { benchmarkResultsSchema } from '#contract/benchmark-results';
import { benchmarkSummarySchema } from '#contract/benchmark-summary';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { accuracies, exampleBenchmark, withSeed } from './example-benchmark';

describe('the summary of a benchmark', () => {
  const results = exampleBenchmark();
  const summary = summarizeBenchmark(results);
  const [standard] = summary.methods;

  it('is what its schema says, of results that are what theirs says', () => {
    expect(() => benchmarkResultsSchema.parse(results)).not.toThrow();
    expect(benchmarkSummarySchema.parse(summary)).toEqual(summary);
  });

  it('keeps the value of every seed beside the spread', () => {
    const average = standard.singleTask.average;
    expect(average?.seeds).toEqual([0, 1, 2]);
    expect(rounded(average?.values)).toEqual([0.85, 0.851, 0.852]);
    expect(average?.mean).toBeCloseTo(0.851, 12);
    expect(average?.deviation).toBeCloseTo(0.001, 12);
  });

  it('normalises by the same method’s single-task models, as a mean of ratios', () => {
    const ratios = [0, 1, 2].map((s) => ((700 + s) / (900 + s) + (600 + s) / (800 + s)) / 2);
    expect(rounded(standard.addition?.tuned.normalized.average?.values)).toEqual(rounded(ratios));
    const linear = [0, 1, 2].map((s) => ((780 + s) / (940 + s) + (680 + s) / (840 + s)) / 2);
    expect(rounded(summary.methods[2].addition?.tuned.normalized.average?.values)).toEqual(rounded(linear));
  });

  it('tells addition at α = 1 and the chosen α of each seed', () => {
    expect(standard.addition?.chosenScalingCoef.values).toEqual([0.5, 0.5, 0.5]);
    expect(standard.addition?.atOne?.absolute.average?.mean).toBeCloseTo(0.451, 12);
  });

  it('has curves over α of validation averages', () => {
    expect(standard.addition?.curve.map(({ scalingCoef }) => scalingCoef)).toEqual([0, 0.5, 1]);
    expect(standard.addition?.curve[1].absolute.mean).toBeCloseTo(0.651, 12);
    expect(standard.negation?.curve[2].target.mean).toBeCloseTo(0.099, 12);
    expect(standard.negation?.curve[2].control.mean).toBeCloseTo(0.5, 12);
  });

  it('averages negation over tasks, with the α of each', () => {
    expect(standard.negation?.target.average?.mean).toBeCloseTo(0.149, 12);
    expect(standard.negation?.control.average?.mean).toBeCloseTo(0.62, 12);
    expect(standard.negation?.chosenScalingCoefs.tasks[1]?.values).toEqual([0.5, 0.5, 0.5]);
    expect(standard.negation?.atOne?.target.tasks[0]?.mean).toBeCloseTo(0.149, 12);
  });

  it('has the zero-shot accuracies with the control', () => {
    expect(summary.zeroShot).toEqual({
      tasks: [0.4, 0.5],
      average: 0.45,
      control: { val: 0.64, test: 0.64 },
    });
  });

  it('divides the non-linear advantage by 1 − 1/C, against post-hoc and against linear', () => {
    const [posthoc, linear] = summary.advantages;
    expect(posthoc.against).toBe('posthoc');
    expect(posthoc.raw.tasks[0]?.mean).toBeCloseTo(0.04, 12);
    expect(posthoc.normalized.tasks[0]?.mean).toBeCloseTo(0.04 / 0.9, 12);
    expect(posthoc.normalized.tasks[1]?.mean).toBeCloseTo(0.04 / 0.75, 12);
    expect(linear.raw.average?.mean).toBeCloseTo(-0.04, 12);
  });

  it('has chance beside a random initialisation', () => {
    expect(summary.randomInit.chance).toBeCloseTo((1 / 10 + 1 / 4) / 2, 12);
    expect(summary.randomInit.methods[0].singleTask.average?.mean).toBeCloseTo(0.551, 12);
  });

  it('leaves out what was not measured', () => {
    const bare = summarizeBenchmark({
      ...withSeed(results, 'standard', ({ seed }) => ({
        seed,
        addition: null,
        negation: null,
        alone: {
          pretrained: null,
          singleTask: { val: accuracies([900, 800], [900, 800]), test: accuracies([910, 810], [910, 810]) },
        },
      })),
      classCounts: [1, 4],
    });
    expect(bare.methods[0].addition).toBeNull();
    expect(bare.methods[0].negation).toBeNull();
    expect(bare.methods[0].singleTask.average?.mean).toBeCloseTo(0.86, 12);
    expect(bare.methods[0].pretrained.average).toBeNull();
    expect(bare.advantages[0].normalized.average).toBeNull();
    expect(bare.advantages[0].raw.average).not.toBeNull();
    expect(bare.randomInit.chance).toBeNull();
  });
});

/** To 12 decimals. */
function rounded(values: readonly number[] = []): number[] {
  return values.map((value) => Number(value.toFixed(12)));
}
