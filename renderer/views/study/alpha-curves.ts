import type { BenchmarkSummary, MethodSummary } from '#contract/benchmark-summary';
import type { AlphaCurve } from '#renderer/charts/benchmark-figures.ts';

/** The methods as papers call them. */
export const methodNames: Readonly<Record<MethodSummary['method'], string>> = {
  standard: 'Non-linear FT',
  posthoc: 'Post-hoc linearized',
  linear: 'Linear FT',
};

/** How the sum of all tasks does on validation data against α. */
export function additionCurves({ methods }: BenchmarkSummary): AlphaCurve[] {
  return methods.flatMap(({ method, addition }, place) => {
    if (addition === null) return [];
    const about = { method: place, chosen: addition.chosenScalingCoef.mean };
    const normalized = addition.curve.flatMap(({ scalingCoef, normalized: value }) =>
      value === null ? [] : [{ scalingCoef, value }],
    );
    return [
      {
        ...about,
        name: methodNames[method],
        isSecond: false,
        points: addition.curve.map(({ scalingCoef, absolute }) => ({ scalingCoef, value: absolute })),
      },
      { ...about, name: `${methodNames[method]}, normalized`, isSecond: true, points: normalized },
    ];
  });
}

/** How negating each task does on validation data against α, on the task and on the control. */
export function negationCurves({ methods }: BenchmarkSummary): AlphaCurve[] {
  return methods.flatMap(({ method, negation }, place) => {
    if (negation === null) return [];
    const about = { method: place, chosen: negation.chosenScalingCoefs.average?.mean ?? null };
    const of = (side: 'target' | 'control') =>
      negation.curve.map(({ scalingCoef, [side]: value }) => ({ scalingCoef, value }));
    return [
      { ...about, name: methodNames[method], isSecond: false, points: of('target') },
      { ...about, name: `${methodNames[method]}, control`, isSecond: true, points: of('control') },
    ];
  });
}
