import type { AdditionSearch, EditSearchResult, NegationSearch, Stretch } from '#contract/edit-search';
import type { NegatedAccuracies, TaskAccuracies } from '#contract/results';
import { formatPercent } from './format';
import { formatTable, type Output } from './output';

/** Prints what was found by a search in the tangent space, in percent. */
export function printSearch(result: EditSearchResult, output: Output): void {
  output.value(result);
  output.line();
  if (result.format === 'tangent-addition-search/1') printAddition(result, output);
  else printNegations(result, output);
}

function printAddition(result: AdditionSearch, output: Output): void {
  const { pretrained, singleTask, grid, exact, perTask } = result;
  const names = pretrained.test.tasks.map(({ task }) => task);
  const row = (
    name: string,
    alpha: string,
    { val, test }: { readonly val: TaskAccuracies; readonly test: TaskAccuracies },
  ) => [
    name,
    alpha,
    ...test.tasks.map(({ top1 }) => formatPercent(top1)),
    formatPercent(test.averageTop1),
    formatPercent(test.averageNormalizedTop1),
    formatPercent(val.averageNormalizedTop1),
  ];
  output.line('Top-1 accuracy on the test splits, in percent; coefficients are chosen on validation');
  output.line();
  output.line(
    formatTable([
      ['', 'α', ...names, 'average', 'normalised', 'on validation'],
      row('pre-trained', '0', pretrained),
      row('single task', '1', singleTask),
      row('best of the grid', grid.scalingCoef.toFixed(2), grid),
      row('exactly best', exact.stretch.scalingCoef.toFixed(4), exact),
      row('one for each task', '', perTask),
    ]),
  );
  output.line();
  output.line(`Exactly best: α ${describe(exact.stretch)}.`);
  output.line(
    `One for each task: ${names.map((name, t) => `${name} ${perTask.scalingCoefs[t].toFixed(3)}`).join(', ')}; ` +
      `cross-entropy ${perTask.crossEntropy.pretrained.toFixed(4)} → ${perTask.crossEntropy.minimum.toFixed(4)}, ` +
      `gradient at most ${perTask.residual.toExponential(1)}${perTask.isConverged ? '' : ', not converged'}.`,
  );
}

function printNegations(
  { pretrainedControl, controlThreshold, tasks }: NegationSearch,
  output: Output,
): void {
  const cells = ({ val, test }: { readonly val: NegatedAccuracies; readonly test: NegatedAccuracies }) =>
    [test.target, test.control, val.target, val.control].map(({ top1 }) => formatPercent(top1));
  const control = pretrainedControl.test.task;
  output.line(
    `Top-1 accuracy in percent; α keeps ${formatPercent(controlThreshold)} % of the validation accuracy on ${control}`,
  );
  output.line();
  output.line(
    formatTable([
      ['', 'α', 'target', 'control', 'target (val)', 'control (val)'],
      ...tasks.flatMap(({ task, pretrained, grid, exact }) => [
        [task],
        [
          '  pre-trained',
          '0',
          ...[pretrained.test, pretrainedControl.test, pretrained.val, pretrainedControl.val].map(
            ({ top1 }) => formatPercent(top1),
          ),
        ],
        ['  best of the grid', grid.scalingCoef.toFixed(2), ...cells(grid)],
        ['  exactly best', exact.stretch.scalingCoef.toFixed(4), ...cells(exact)],
      ]),
    ]),
  );
}

function describe({ from, to, scalingCoef }: Stretch): string {
  return `from ${from.toFixed(4)} to ${to.toFixed(4)}, measured at ${scalingCoef.toFixed(4)}`;
}
