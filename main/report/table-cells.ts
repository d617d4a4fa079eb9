import type { SeedSpread } from '#contract/benchmark-summary';
import type { NumberCell, TableCell } from '#contract/table-document';

type Unit = NumberCell['unit'];

/** Accuracies are fractions where they are computed, and percent where they are printed. */
const factorOf = (unit: Unit): number => (unit === 'percent' || unit === 'points' ? 100 : 1);

/** Makes a cell of a quantity over seeds; fractions become percent or points. */
export function spreadCell(
  spread: Pick<SeedSpread, 'count' | 'mean' | 'deviation' | 'interval' | 'values'> | null | undefined,
  unit: Unit = 'percent',
): TableCell {
  if (spread === null || spread === undefined) return { kind: 'empty' };
  const factor = factorOf(unit);
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
  return numberCell(fraction, 'percent', 0);
}

/**
 * Makes a cell of one number; fractions become percent or points.
 *
 * @param count 1 for what one seed has given, 0 for what no seed has a part in
 */
export function numberCell(value: number | null | undefined, unit: Unit, count: 0 | 1 = 1): TableCell {
  if (value === null || value === undefined) return { kind: 'empty' };
  const scaled = value * factorOf(unit);
  return { kind: 'number', value: scaled, unit, count, deviation: null, interval: null, values: [scaled] };
}

/** Makes a cell of text. */
export function textCell(text: string): TableCell {
  return { kind: 'text', text };
}
