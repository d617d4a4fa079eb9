/**
 * Returns the value of a polyline at a place: linear between its points, that of its end beyond them.
 *
 * @param x places of the points, ascending; at least one
 * @param y their values
 */
export function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  const above = x.findIndex((place) => place >= at);
  if (above === 0) return y[0];
  if (above < 0) return y[y.length - 1];
  const share = (at - x[above - 1]) / (x[above] - x[above - 1]);
  return share === 1 ? y[above] : y[above - 1] + share * (y[above] - y[above - 1]);
}
