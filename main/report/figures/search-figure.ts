import type { AdditionSearch, EditSearchResult, NegationSearch } from '#contract/edit-search';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import type { Accuracy, TaskAccuracies } from '#contract/results';
import { mean } from '../spread';
import { listNames, writeNumber } from './list-names';
import { pretrainedName, pretrainedSeries } from './method-style';

/** Series of what was searched in which way. */
const series = { pretrained: pretrainedSeries, grid: 0, exact: 1, perTask: 2 };

/** Draws what a search for coefficients in the tangent space has found: test accuracy on every task, as grouped bars. */
export function searchFigure(result: EditSearchResult): FigureDocument {
  return result.format === 'tangent-addition-search/1' ? additionSearch(result) : negationSearch(result);
}

function additionSearch({ pretrained, grid, exact, perTask }: AdditionSearch): FigureDocument {
  const tasks = pretrained.test.tasks.map(({ task }) => task);
  const marks = [
    sumBars(pretrainedName, series.pretrained, pretrained.test),
    sumBars('best α of the grid', series.grid, grid.test),
    sumBars('best α of all', series.exact, exact.test),
    sumBars('one α for each task', series.perTask, perTask.test),
  ];
  const own = tasks.map((task, t) => `${writeNumber(perTask.scalingCoefs[t], 2)} for ${task}`);
  return {
    id: 'search-addition',
    title: `Coefficients to add ${listNames(tasks)}`,
    caption:
      'Test accuracy in the tangent space of the sum of all task vectors with coefficients that were chosen on validation ' +
      `data: the best α of the grid (${grid.scalingCoef.toFixed(2)}) and of all (${exact.stretch.scalingCoef.toFixed(3)}) by ` +
      'mean normalized accuracy, and one α for each task with the least cross-entropy ' +
      `(${listNames(own)}).`,
    body: {
      kind: 'plots',
      columns: 1,
      panels: [barPanel('', [...tasks, 'average'], marks)],
      colorScale: null,
    },
  };
}

function negationSearch({ controlThreshold, pretrainedControl, tasks }: NegationSearch): FigureDocument {
  const names = tasks.map(({ task }) => task);
  const control = pretrainedControl.test.task;
  const of = (side: 'target' | 'control') => [
    accuracyBars(
      pretrainedName,
      series.pretrained,
      tasks.map(({ pretrained }) => (side === 'target' ? pretrained.test : pretrainedControl.test)),
    ),
    accuracyBars(
      'best α of the grid',
      series.grid,
      tasks.map(({ grid }) => grid.test[side]),
    ),
    accuracyBars(
      'best α of all',
      series.exact,
      tasks.map(({ exact }) => exact.test[side]),
    ),
  ];
  return {
    id: 'search-negation',
    title: `Coefficients to negate ${listNames(names)}`,
    caption:
      'Test accuracy in the tangent space after negating the task that is named, on that task and on the control ' +
      `task ${control}, with the best α of the grid and of all: the one with the lowest validation accuracy on the ` +
      `task that keeps ${(100 * controlThreshold).toFixed(0)} % of the pre-trained model’s on the control.`,
    body: {
      kind: 'plots',
      columns: 2,
      panels: [
        barPanel('negated task', [...names, 'average'], of('target')),
        barPanel(`control task ${control}`, [...names, 'average'], of('control')),
      ],
      colorScale: null,
    },
  };
}

function barPanel(title: string, categories: string[], marks: Mark[]): Panel {
  return {
    title,
    x: { scale: 'category', title: '', categories },
    y: { scale: 'linear', title: 'test accuracy, %', range: [0, 100] },
    isSquare: false,
    marks,
  };
}

function sumBars(name: string, place: number, { tasks, averageTop1 }: TaskAccuracies): Mark {
  return bars(name, place, [...tasks.map(({ top1 }) => top1), averageTop1]);
}

function accuracyBars(name: string, place: number, accuracies: readonly Accuracy[]): Mark {
  const each = accuracies.map(({ top1 }) => top1);
  return bars(name, place, [...each, mean(each)]);
}

function bars(name: string, place: number, fractions: readonly number[]): Mark {
  const nothing = fractions.map(() => null);
  const values = fractions.map((fraction) => 100 * fraction);
  return { kind: 'bars', name, series: place, values, low: nothing, high: nothing };
}
