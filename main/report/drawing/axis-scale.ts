import type { Axis } from '#contract/figure';
import { linearTicks, logTicks, type Tick } from './ticks';

/** From values of an axis to places in a panel. */
export interface AxisScale {
  readonly axis: Axis;
  /** Ends of the axis in its values; of categories half a step beyond the first and the last. */
  readonly range: readonly [number, number];
  /** Place as a fraction of the axis, 0 at its low end. */
  fraction(value: number): number;
}

/** Makes the scale of an axis. */
export function scaleOf(axis: Axis): AxisScale {
  if (axis.scale === 'category') {
    const range = [-0.5, axis.categories.length - 0.5] as const;
    return { axis, range, fraction: (value) => (value - range[0]) / (range[1] - range[0]) };
  }
  const [low, high] = axis.range;
  if (axis.scale === 'linear') {
    return { axis, range: axis.range, fraction: (value) => (value - low) / (high - low) };
  }
  const [first, last] = [Math.log(low), Math.log(high)];
  return {
    axis,
    range: axis.range,
    // Nothing of zero or less lies on a logarithmic axis: it is put below its end.
    fraction: (value) => (value > 0 ? (Math.log(value) - first) / (last - first) : -1),
  };
}

/**
 * Chooses what stands beside an axis.
 *
 * @param most how many numbers there is room for; categories are always all named
 */
export function ticksOf({ axis }: AxisScale, most: number): Tick[] {
  if (axis.scale === 'category') return axis.categories.map((label, at) => ({ at, label }));
  return axis.scale === 'linear' ? linearTicks(axis.range, most) : logTicks(axis.range, most);
}
