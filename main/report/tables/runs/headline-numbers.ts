import { assertNever } from '#contract/errors';
import type { NegatedAccuracies, TaskAccuracies } from '#contract/results';
import type { NumberCell } from '#contract/table-document';
import { mean } from '#report/spread';
import { isInBox } from './disentanglement-table';
import { fitName } from './kernel-predictor-table';
import type { MeasuredResult } from './measured-result';

/** One of the numbers that a run comes to. */
export interface HeadlineNumber {
  readonly head: string;
  /** Accuracies as fractions. */
  readonly value: number | null;
  readonly unit: NumberCell['unit'];
}

/** Takes from a result the few numbers that a comparison of runs shows. */
export function headlineNumbers(result: MeasuredResult): HeadlineNumber[] {
  switch (result.format) {
    case 'tangent-evaluation/1': {
      const { task, top1 } = result.accuracy;
      return [{ head: `accuracy on ${task}, ${result.split}`, value: top1, unit: 'percent' }];
    }
    case 'tangent-addition/1':
    case 'tangent-merge/1':
      return [
        alpha('α', result.chosenScalingCoef),
        ...both('', result.test),
        ...(result.testAtOne === null ? [] : both('α = 1, ', result.testAtOne)),
      ];
    case 'tangent-combination/1':
      return [
        alpha('α', result.chosenScalingCoef),
        { head: 'absolute', value: mean(result.test.map(({ top1 }) => top1)), unit: 'percent' },
      ];
    case 'tangent-negation/1':
      return [
        alpha('α', mean(result.tasks.map(({ chosenScalingCoef }) => chosenScalingCoef))),
        ...negated(
          '',
          result.tasks.map(({ test }) => test),
        ),
        ...negated(
          'α = 1, ',
          result.tasks.map(({ testAtOne }) => testAtOne),
        ),
      ];
    case 'tangent-addition-search/1':
      return [
        alpha('grid, α', result.grid.scalingCoef),
        ...both('grid, ', result.grid.test),
        alpha('exact, α', result.exact.stretch.scalingCoef),
        ...both('exact, ', result.exact.test),
        ...both('per task, ', result.perTask.test),
      ];
    case 'tangent-negation-search/1':
      return [
        ...negated(
          'grid, ',
          result.tasks.map(({ grid }) => grid.test),
        ),
        ...negated(
          'exact, ',
          result.tasks.map(({ exact }) => exact.test),
        ),
      ];
    case 'tangent-disentanglement/1': {
      const { cells } = result;
      const inBox = cells.filter(isInBox).map(({ error }) => error);
      return [
        plain('mean ξ, α from −1 to 1', inBox.length === 0 ? null : mean(inBox)),
        plain('mean ξ', mean(cells.map(({ error }) => error))),
        plain('largest ξ', Math.max(...cells.map(({ error }) => error))),
      ];
    }
    case 'tangent-ntk/1':
      return [
        plain('local energy on task', result.localEnergy.task),
        plain('local energy on control', result.localEnergy.control),
      ];
    case 'tangent-kernel-predictor/1':
      return [
        ...result.predictors.map(({ fit, accuracy }) => ({
          head: fitName(fit),
          value: accuracy.top1,
          unit: 'percent' as const,
        })),
        { head: 'fine-tuned', value: result.linear?.top1 ?? null, unit: 'percent' },
      ];
    default:
      return assertNever(result);
  }
}

function alpha(head: string, value: number): HeadlineNumber {
  return { head, value, unit: 'coefficient' };
}

function plain(head: string, value: number | null): HeadlineNumber {
  return { head, value, unit: 'plain' };
}

function both(before: string, { averageTop1, averageNormalizedTop1 }: TaskAccuracies): HeadlineNumber[] {
  return [
    { head: `${before}absolute`, value: averageTop1, unit: 'percent' },
    { head: `${before}normalized`, value: averageNormalizedTop1, unit: 'percent' },
  ];
}

function negated(before: string, accuracies: readonly NegatedAccuracies[]): HeadlineNumber[] {
  return (['target', 'control'] as const).map((measure) => ({
    head: `${before}${measure}`,
    value: mean(accuracies.map((accuracy) => accuracy[measure].top1)),
    unit: 'percent',
  }));
}
