import type { PublishedComparison } from '#contract/benchmark-report';
import type { BenchmarkResults } from '#contract/benchmark-results';
import type { BenchmarkSummary } from '#contract/benchmark-summary';
import type { ReferenceEntry, ReferenceNumbers } from '#contract/reference-numbers';
import { additionTable, negationTable, randomInitTable } from './edit-tables';
import { addReferenceColumns, referenceFor, type ModelReference } from './reference-numbers';

/**
 * Puts what the paper and those who ran it again have published beside results, for each model of the paper. Where
 * model and tasks are not the same, sizes cannot be compared, but the order of methods can.
 *
 * @param results as measured
 * @param summary of the results
 * @param reference published numbers
 * @returns the model of the results first
 */
export function comparePublished(
  { model: ours, tasks }: BenchmarkResults,
  summary: BenchmarkSummary,
  reference: ReferenceNumbers,
): PublishedComparison[] {
  const tables = [
    ...(summary.methods.some(({ addition }) => addition !== null) ? [additionTable(summary)] : []),
    ...(summary.methods.some(({ negation }) => negation !== null) ? [negationTable(summary)] : []),
    ...(summary.randomInit.methods.length > 0 ? [randomInitTable(summary)] : []),
  ];
  const own = referenceFor(ours, reference, tasks);
  return paperModels(reference)
    .map(({ model, suite }): PublishedComparison => {
      const published: ModelReference = {
        entries: referenceFor(model, reference, reference.suites[suite]).entries,
        suites: [suite],
      };
      return {
        model,
        suite,
        isSame: own.suites.includes(suite) && own.entries.some((entry) => published.entries.includes(entry)),
        tables: tables.map((table) => addReferenceColumns(table, published)),
        singleTask: singleTaskPairs(published.entries, reference.suites[suite]),
      };
    })
    .sort((a, b) => Number(b.isSame) - Number(a.isSame));
}

/** Models of which the paper gives numbers, each once. */
function paperModels({ entries }: ReferenceNumbers): { model: string; suite: string }[] {
  const found: { model: string; suite: string }[] = [];
  for (const { model, suite, work } of entries) {
    if (work !== 'paper' || found.some((other) => other.model === model && other.suite === suite)) continue;
    found.push({ model, suite });
  }
  return found;
}

/** Accuracies of both kinds of single-task models from the same source. */
function singleTaskPairs(
  entries: readonly ReferenceEntry[],
  tasks: readonly string[],
): PublishedComparison['singleTask'] {
  const of = (wanted: string) =>
    entries.filter(({ quantity, method }) => quantity === 'singleTask' && method === wanted);
  return of('standard').flatMap((nonLinear) => {
    const linear = of('linear').find(({ source }) => source === nonLinear.source);
    return tasks.flatMap((task) => {
      const [a, b] = [nonLinear.tasks?.[task], linear?.tasks?.[task]];
      if (linear === undefined || a === undefined || b === undefined) return [];
      const confirmed = nonLinear.confirmed && linear.confirmed;
      return [{ task, nonLinear: a / 100, linear: b / 100, source: nonLinear.source, confirmed }];
    });
  });
}
