import type { Spread } from '#contract/benchmark-results';
import type { SpreadKind } from '#contract/table-document';
import { countOf } from './list-names';

/** Ends of a band or an error bar in percent, around a mean of fractions; null for one seed. */
export function percentBounds(
  { mean, ...widths }: Spread,
  kind: SpreadKind,
): { readonly low: number; readonly high: number } | null {
  const width = widths[kind];
  return width === null ? null : { low: 100 * (mean - width), high: 100 * (mean + width) };
}

/**
 * Says in a sentence what bands or error bars are.
 *
 * @param what for example `Bands`
 * @param counts over how many seeds each mean is; none if nothing has seeds
 */
export function describeBounds(what: string, kind: SpreadKind, counts: readonly number[]): string {
  if (counts.length === 0) return '';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return `There is one seed, so there are no ${what.toLowerCase()}.`;
  const seeds = least === most ? countOf(most, 'seed') : `${least} to ${countOf(most, 'seed')}`;
  return kind === 'interval'
    ? `Values are means over ${seeds}; ${what.toLowerCase()} are 95 % intervals of the mean by Student’s t.`
    : `Values are means over ${seeds}; ${what.toLowerCase()} reach one sample standard deviation to each side.`;
}
