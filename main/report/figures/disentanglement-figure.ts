import type { DisentanglementResult } from '#contract/disentanglement';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import { linearSpan } from './axis-span';
import { capitalize, listNames, writeNumber } from './list-names';
import { mapPanel } from './map-panel';
import { byMethod, methodStyle } from './method-style';
import { pairsPanel } from './pairs-panel';
import { tellApart } from './tell-apart';

/** What a run has measured, and how it is named where nothing else tells it from another. */
export interface MeasuredError {
  readonly runId: string;
  readonly seed: number;
  readonly result: DisentanglementResult;
}

const meaning =
  'Disentanglement error ξ: the sum over tasks of the fraction of images on which the model with all task vectors ' +
  'predicts otherwise than the model with the task’s own vector alone';

/** Modes as they are read in a sentence. */
const spaces = {
  standard: 'standard: the network itself',
  posthoc: 'post-hoc: standard vectors in the first-order expansion',
  linear: 'linear: vectors trained in the first-order expansion',
} as const;
const modeNames = { standard: 'standard', posthoc: 'post-hoc', linear: 'linear' } as const;

/**
 * Draws the disentanglement error: maps or matrices side by side on one color scale, or diagonals as lines with bands,
 * in the order of the modes in the paper.
 *
 * @param measured at least one, all of the same shape
 */
export function disentanglementFigure(measured: readonly MeasuredError[]): FigureDocument {
  const sorted = [...measured].sort((a, b) => byMethod(a.result.mode, b.result.mode));
  const names = tellApart(
    sorted.map(({ result, seed, runId }) => [
      modeNames[result.mode],
      listNames(result.tasks.map(({ task }) => task)),
      `seed ${seed}`,
      runId,
    ]),
  );
  const results = sorted.map(({ result }) => result);
  const { shape } = results[0].shape;
  const about = {
    id: `disentanglement-${sorted.length === 1 ? results[0].mode : shape}`,
    title: `Disentanglement error of ${titleTasks(results)}`,
  };
  const legend = describeModes(results);
  if (shape === 'diagonal') {
    return {
      ...about,
      caption: `${meaning}, with the same α for all tasks. ${describeImages(results)} Bands are 95 % intervals for the choice of the images. ${legend}`,
      body: { kind: 'plots', columns: 1, panels: [diagonalPanel(results, names)], colorScale: null },
    };
  }
  const isMap = shape === 'map';
  const title = (place: number) => (sorted.length === 1 ? '' : names[place]);
  const panels = results.map((result, place) =>
    isMap ? mapPanel(result, title(place)) : pairsPanel(result, title(place)),
  );
  const largest = Math.max(...results.flatMap(({ cells }) => cells.map(({ error }) => error)));
  const frame = panels.some(({ marks }) => marks.some(({ kind }) => kind === 'frame'))
    ? ' The frame from −1 to 1 is the box in which α is looked for.'
    : '';
  const what = isMap
    ? `, for every pair of coefficients α1 and α2 of the two task vectors; 0 is none, 2 the most.${frame}`
    : `, for every pair of tasks, both with ${describeCoef(results)}; 0 is none, 2 the most.`;
  return {
    ...about,
    caption: `${meaning}${what} ${describeImages(results)} ${legend}`,
    body: {
      kind: 'plots',
      columns: panels.length > 3 ? 3 : panels.length,
      panels,
      // Maps as in the paper; pairs at one α are far from 2, and bear their numbers.
      colorScale: { title: 'ξ', low: 0, high: isMap || largest === 0 ? 2 : largest },
    },
  };
}

function diagonalPanel(results: readonly DisentanglementResult[], names: readonly string[]): Panel {
  const marks = results.map(({ cells, mode }, place): Mark => {
    const { series, dash } = methodStyle(mode);
    const isSecond = results.findIndex((other) => other.mode === mode) < place;
    return {
      kind: 'line',
      name: names[place],
      // A second of the same mode has a color of its own.
      series: isSecond ? 3 + place : series,
      dash: isSecond ? place % 4 : dash,
      x: cells.map(({ scalingCoefs }) => scalingCoefs[0]),
      y: cells.map(({ error }) => error),
      low: cells.map(({ band }) => band[0]),
      high: cells.map(({ band }) => band[1]),
      hasPoints: true,
      isReference: false,
    };
  });
  const cells = results.flatMap((result) => result.cells);
  return {
    title: '',
    x: {
      scale: 'linear',
      title: 'α of every task',
      range: linearSpan(cells.map((cell) => cell.scalingCoefs[0])),
    },
    y: {
      scale: 'linear',
      title: 'ξ',
      range: linearSpan(
        cells.map(({ band }) => band[1]),
        { from: 0 },
      ),
    },
    isSquare: false,
    marks,
  };
}

function titleTasks(results: readonly DisentanglementResult[]): string {
  const lists = [...new Set(results.map(({ tasks }) => listNames(tasks.map(({ task }) => task))))];
  return lists.length === 1 ? lists[0] : `${lists.length} sets of tasks`;
}

function describeCoef(results: readonly DisentanglementResult[]): string {
  const coefs = new Set(
    results.flatMap(({ shape }) => (shape.shape === 'pairs' ? [writeNumber(shape.scalingCoef, 2)] : [])),
  );
  return `α = ${[...coefs].join(' or ')}`;
}

function describeModes(results: readonly DisentanglementResult[]): string {
  return capitalize(`${[...new Set(results.map(({ mode }) => spaces[mode]))].join('; ')}.`);
}

/** Which images the rates are of. */
function describeImages(results: readonly DisentanglementResult[]): string {
  const sets = results.map(({ tasks, split }) => {
    const each = tasks.map(({ task, count }) => `${count} of ${task}`);
    return `${listNames(each)} (${split} split)`;
  });
  return `Images: ${[...new Set(sets)].join('; ')}.`;
}
