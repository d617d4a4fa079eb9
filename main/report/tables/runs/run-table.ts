import { assertNever } from '#contract/errors';
import type { TableDocument } from '#contract/table-document';
import { additionRunTable } from './addition-run-table';
import { combinationTable } from './combination-table';
import { disentanglementTable } from './disentanglement-table';
import { evaluationTable } from './evaluation-table';
import { kernelPredictorTable } from './kernel-predictor-table';
import { localEnergyTable } from './local-energy-table';
import type { MeasuredResult } from './measured-result';
import { negationRunTable } from './negation-run-table';
import type { RunTableNames } from './run-table-names';
import { additionSearchTable, negationSearchTable } from './search-tables';

/**
 * Makes the table of what one run has measured: task by task, or as its kind of measurement has it.
 *
 * @param result that it has stored
 * @param names of the table
 */
export function runTable(result: MeasuredResult, names: RunTableNames): TableDocument {
  switch (result.format) {
    case 'tangent-evaluation/1':
      return evaluationTable(result, names);
    case 'tangent-addition/1':
    case 'tangent-merge/1':
      return additionRunTable(result, names);
    case 'tangent-combination/1':
      return combinationTable(result, names);
    case 'tangent-negation/1':
      return negationRunTable(result, names);
    case 'tangent-addition-search/1':
      return additionSearchTable(result, names);
    case 'tangent-negation-search/1':
      return negationSearchTable(result, names);
    case 'tangent-disentanglement/1':
      return disentanglementTable(result, names);
    case 'tangent-ntk/1':
      return localEnergyTable(result, names);
    case 'tangent-kernel-predictor/1':
      return kernelPredictorTable(result, names);
    default:
      return assertNever(result);
  }
}
