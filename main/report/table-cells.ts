import type { SeedSpread } from '#contract/benchmark-summary';
import type { TableCell } from '#contract/table-document';

type Unit = Extract<TableCell, { kind: 'number' }>['unit'];

/** Makes a cell of a quantity over seeds; fractions become percent or points. */
export function spreadCell(spread: SeedSpread | null | undefined, unit: Unit = 'percent'): TableCell {
  if (spread === null || spread === undefined) return { kind: 'empty' };
  const factor = unit === 'coefficient' ? 1 : 100;
  const scale = (value: number | null): number | null => (value === null ? null : value * factor);
  return {
    kind: 'number',
    value: spread.mean * factor,
    unit,
    count: spread.count,
    deviation: scale(spread.deviation),
    interval: scale(spread.interval),
    values: spread.values.map((value) => value * factor),
  };
}

/** Makes a cell of a fraction that has no part in any seed's training. */
export function fractionCell(fraction: number | null | undefined): TableCell {
  if (fraction === null || fraction === undefined) return { kind: 'empty' };
  const value = fraction * 100;
  return {
    kind: 'number',
    value,
    unit: 'percent',
    count: 0,
    deviation: null,
    interval: null,
    values: [value],
  };
}

/** Makes a cell of text. */
export function textCell(text: string): TableCell {
  return { kind: 'text', text };
}
