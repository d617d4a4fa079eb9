import type { FigureSource, ReportItem, TableSource } from './report';

const figureNames: Readonly<Record<Exclude<FigureSource['kind'], 'metric'>, string>> = {
  disentanglement: 'Disentanglement error',
  'local-energy': 'Local energy',
  'local-energy-ranks': 'Local energy by eigenfunctions kept',
  spectrum: 'Singular values',
  eigenfunctions: 'Eigenfunctions',
  sweep: 'Accuracy against α',
  training: 'Training curves',
  advantage: 'Non-linear advantage',
  alpha: 'Accuracy against α',
  accuracies: 'Accuracies by task',
  images: 'Images',
};
const tableNames: Readonly<Record<Exclude<TableSource['kind'], 'benchmark'>, string>> = {
  run: 'Results of a run',
  comparison: 'Comparison of runs',
};

/**
 * Names a piece of a report by what it is of: until it has been made and has a title, and where it cannot be made.
 *
 * @param item a figure, a table or a text
 */
export function nameOfPiece(item: ReportItem): string {
  switch (item.kind) {
    case 'figure':
      return item.source.kind === 'metric'
        ? `Curves of ${item.source.metric}`
        : figureNames[item.source.kind];
    case 'table':
      return item.source.kind === 'benchmark'
        ? `Table of the study: ${item.source.table}`
        : tableNames[item.source.kind];
    case 'text':
      return item.heading.trim() || item.text.trim().split('\n')[0].slice(0, 60) || 'Text';
  }
}
