/** Share of an axis that stays free at an end. */
const ROOM = 0.04;

/**
 * Chooses the ends of a linear axis: a little beyond the values.
 *
 * @param values what is shown
 * @param fixed ends that are known
 */
export function linearSpan(
  values: readonly number[],
  fixed: { readonly from?: number; readonly to?: number } = {},
): [number, number] {
  const [least, most] = extremes([...values, ...Object.values(fixed)]);
  const room = ROOM * (most - least || Math.abs(most) || 1);
  return [fixed.from ?? least - room, fixed.to ?? most + room];
}

/** Does the same for a quantity, whose axis does not begin below 0 where none of the values is there. */
export function quantitySpan(values: readonly number[]): [number, number] {
  const [low, high] = linearSpan(values);
  return [values.every((value) => value >= 0) ? Math.max(0, low) : low, high];
}

/** Chooses the ends of a logarithmic axis: powers of ten around the positive ones of the values. */
export function logSpan(values: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0.1, 1];
  const [least, most] = extremes(positive);
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return [10 ** low, 10 ** (high === low ? low + 1 : high)];
}

/** An axis of percentages: from 0 or a multiple of ten below all values, to 100 or one above. */
export function percentSpan(values: readonly number[]): [number, number] {
  const [least, most] = extremes(values);
  return [Math.max(0, Math.floor((least - 2) / 10) * 10), Math.max(100, Math.ceil(most / 10) * 10)];
}

/** Reduces instead of spreading into Math.min: there may be more values than a call has room for. */
function extremes(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [values.at(0) ?? 0, values.at(0) ?? 1],
  );
}
