import type { BenchmarkSummary, MethodSummary, SeedSpread } from '#contract/benchmark-summary';
import type { TableDocument } from '#contract/table-document';
import { methodName } from './seed-accuracies';
import { spreadCell } from './table-cells';
import { mergeCoefs, sameCoef } from './task-spreads';

interface Quantity<P> {
  readonly head: string;
  readonly of: (point: P) => SeedSpread | null;
}

/** How the sum of all tasks does on validation data against α, of which the largest normalised one is chosen. */
export function additionCurveTable(summary: BenchmarkSummary): TableDocument {
  return curveTable(
    summary.methods.map(({ method, addition }) => ({ method, curve: addition?.curve ?? [] })),
    [
      { head: 'absolute', of: ({ absolute }) => absolute },
      { head: 'normalized', of: ({ normalized }) => normalized },
    ],
    {
      id: 'addition-curve',
      title: 'Task addition against α',
      caption: 'Validation accuracy of the sum of all tasks in percent, averaged over tasks.',
    },
  );
}

/** How negating each task does on validation data against α, on the task and on the control. */
export function negationCurveTable(summary: BenchmarkSummary): TableDocument {
  return curveTable(
    summary.methods.map(({ method, negation }) => ({ method, curve: negation?.curve ?? [] })),
    [
      { head: 'target', of: ({ target }) => target },
      { head: 'control', of: ({ control }) => control },
    ],
    {
      id: 'negation-curve',
      title: 'Task negation against α',
      caption:
        'Validation accuracy in percent after negating each task on its own, averaged over tasks: on the task and on the control task.',
    },
  );
}

function curveTable<P extends { readonly scalingCoef: number }>(
  methods: readonly { readonly method: MethodSummary['method']; readonly curve: readonly P[] }[],
  quantities: readonly Quantity<P>[],
  about: Pick<TableDocument, 'id' | 'title' | 'caption'>,
): TableDocument {
  const shown = methods.filter(({ curve }) => curve.length > 0);
  const columns = shown.flatMap(({ method }) =>
    quantities.map(({ head }) => ({
      head: `${methodName(method)}, ${head}`,
      measure: null,
      group: methodName(method),
      subject: { method },
    })),
  );
  return {
    ...about,
    subject: {},
    rowHead: 'α',
    columns,
    rows: mergeCoefs(shown.map(({ curve }) => curve)).map((coef) => ({
      head: coef.toFixed(2),
      subject: {},
      cells: shown.flatMap(({ curve }) => {
        const point = curve.find(({ scalingCoef }) => sameCoef(scalingCoef, coef));
        return quantities.map(({ of }) => spreadCell(point === undefined ? null : of(point)));
      }),
    })),
    footnotes: [],
  };
}
