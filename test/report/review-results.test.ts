import { describe, expect, it } from 'vitest';
import type { BenchmarkResults } from '#contract/benchmark-results';
import type { NegationResult } from '#contract/results';
import { resultTables } from '#report/result-tables';
import { reviewResults } from '#report/review-results';
import { coefficientAtEdge } from '#report/review/coefficient-at-edge';
import { controlNearThreshold } from '#report/review/control-near-threshold';
import { normalizedWithoutAbsolute } from '#report/review/normalized-without-absolute';
import { orderNotShown } from '#report/review/order-not-shown';
import { testAboveValidation } from '#report/review/test-above-validation';
import { vectorInOtherModel } from '#report/review/vector-in-other-model';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { accuracies, accuracy, exampleAddition, exampleBenchmark, withSeed } from './example-benchmark';

const clean = exampleBenchmark();

/** The results with the single-task validation accuracies of the standard method replaced, in thousandths. */
function withVal(val: readonly number[]): BenchmarkResults {
  return withSeed(clean, 'standard', (seed) =>
    seed.addition === null
      ? seed
      : {
          ...seed,
          addition: {
            ...seed.addition,
            singleTask: { ...seed.addition.singleTask, val: accuracies(val, val) },
          },
        },
  );
}

type NegatedTask = NegationResult['tasks'][number];

/** The results with each negated task of the linear method changed. */
function withNegated(change: (task: NegatedTask) => Partial<NegatedTask>): BenchmarkResults {
  return withSeed(clean, 'linear', (seed) => {
    if (seed.negation === null) return seed;
    const tasks = seed.negation.tasks.map((task) => ({ ...task, ...change(task as NegatedTask) }));
    return { ...seed, negation: { ...seed.negation, tasks } };
  });
}

/** The results with the added accuracy of the linear method in thousandths, by seed. */
function withAdded(added: (seed: number) => number): BenchmarkResults {
  return withSeed(clean, 'linear', (seed) => ({
    ...seed,
    addition: exampleAddition('linear', {
      single: [900, 800],
      added: [added(seed.seed) + 50, added(seed.seed) - 50],
      atOne: [400, 400],
    }),
  }));
}

describe('the review of results', () => {
  it('has nothing to say of clean results and of the tables made of them', () => {
    expect(reviewResults(clean, resultTables(summarizeBenchmark(clean)))).toEqual([]);
  });

  it('suspects a leak where test is far above validation', () => {
    const warnings = reviewResults(withVal([800, 800]));
    expect(warnings.map(({ rule }) => rule)).toEqual(['test-above-validation']);
    expect(warnings[0].finding).toContain('digits');
    expect(warnings[0].finding).toContain(
      '90.2 % on test but only 80.0 % on validation (seed 2; 3 of 3 seeds)',
    );
    expect(warnings[0].advice).toContain('DTD');
  });

  it('suspects none within three points, nor within four standard errors of few images', () => {
    expect(testAboveValidation(withVal([873, 773]))).toEqual([]);
    const few = withSeed(clean, 'standard', (seed) => ({
      seed: seed.seed,
      addition: null,
      negation: null,
      alone: {
        pretrained: null,
        singleTask: {
          test: accuracies([900, 800], [900, 800]),
          val: {
            ...accuracies([800, 800], [800, 800]),
            tasks: [{ ...accuracy('digits', 16, 20), normalizedTop1: 1 }],
          },
        },
      },
    }));
    expect(testAboveValidation(few)).toEqual([]);
  });

  it('asks for the absolute accuracy where a table has only the normalised one', () => {
    const [table] = resultTables(summarizeBenchmark(clean));
    const lonely = { ...table, columns: table.columns.filter(({ measure }) => measure !== 'absolute') };
    const [warning] = normalizedWithoutAbsolute([lonely]);
    expect(warning.finding).toContain('Task addition');
    expect(normalizedWithoutAbsolute([table])).toEqual([]);
  });

  it('notes an α at the upper edge of the grid for addition', () => {
    const edge = withSeed(clean, 'posthoc', (seed) =>
      seed.addition === null ? seed : { ...seed, addition: { ...seed.addition, chosenScalingCoef: 1 } },
    );
    const [warning] = coefficientAtEdge(edge);
    expect(warning.finding).toContain(
      'Post-hoc linearized: the largest α of the grid was chosen for the addition',
    );
  });

  it('notes an α at the edge for negation only where the control does not bind', () => {
    const free = withNegated(({ sweep }) => ({
      chosenScalingCoef: 1,
      sweep: sweep.map((step) => ({ ...step, val: { ...step.val, control: accuracy('objects', 630) } })),
    }));
    expect(coefficientAtEdge(free)[0].finding).toContain('negation of digits, shapes with seed 0');
    const bound = withNegated(({ sweep }) => ({
      chosenScalingCoef: 1,
      sweep: sweep.map((step) => ({ ...step, val: { ...step.val, control: accuracy('objects', 612) } })),
    }));
    expect(coefficientAtEdge(bound)).toEqual([]);
  });

  it('does not take α = 0 for an edge', () => {
    const zero = withSeed(clean, 'linear', (seed) =>
      seed.addition === null
        ? seed
        : {
            ...seed,
            addition: { ...seed.addition, sweep: seed.addition.sweep.slice(0, 1), chosenScalingCoef: 0 },
          },
    );
    expect(coefficientAtEdge(zero)).toEqual([]);
  });

  it('says that one seed shows no order', () => {
    const warnings = orderNotShown(exampleBenchmark([0]));
    expect(warnings).toHaveLength(3);
    expect(warnings[0].finding).toContain('absolute accuracy of addition');
    expect(warnings[0].finding).toContain('is of one seed');
  });

  it('says that a difference within the joint spread shows no order', () => {
    const warnings = orderNotShown(withAdded((seed) => 640 + 10 * seed));
    expect(warnings[0].finding).toContain(
      'Non-linear FT and Linear FT differ by 0.1 points, within ± 2.5 points',
    );
    expect(orderNotShown(withAdded((seed) => 700 + 10 * seed))).toEqual([]);
  });

  it('notes a control near its threshold on validation, or below it on test', () => {
    const near = withNegated(({ sweep }) => ({
      sweep: sweep.map((step) => ({ ...step, val: { ...step.val, control: accuracy('objects', 610) } })),
    }));
    expect(controlNearThreshold(near)[0].finding).toContain('61.0 % against 60.8 % on validation');
    const below = withNegated(({ test }) => ({ test: { ...test, control: accuracy('objects', 590) } }));
    expect(controlNearThreshold(below)[0].finding).toContain('6 fall below it on test');
    expect(controlNearThreshold(clean)).toEqual([]);
  });

  it('notes a vector of linearised fine-tuning in the non-linear model', () => {
    const misplaced = withSeed(clean, 'standard', (seed) =>
      seed.addition === null ? seed : { ...seed, addition: { ...seed.addition, mode: 'linear' } },
    );
    expect(vectorInOtherModel(misplaced)[0].finding).toContain(
      'addition of seed 0 under Non-linear FT was evaluated as Linear FT',
    );
    const mixed = withSeed(clean, 'standard', (seed) =>
      seed.addition === null ? seed : { ...seed, addition: { ...seed.addition, vectorKind: 'linear' } },
    );
    expect(vectorInOtherModel(mixed)[0].finding).toBe(
      'The addition of seed 0 under Non-linear FT uses task vectors of linear fine-tuning, which is none of the paper’s three methods.',
    );
    expect(vectorInOtherModel(clean)).toEqual([]);
  });
});
