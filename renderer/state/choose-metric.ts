/**
 * Chooses the metric that a chart shows: the one that a person has chosen, if it is there, else a loss, else the first.
 *
 * @param names of the metrics, sorted
 */
export function chooseMetric(names: readonly string[], chosen: string | null): string | undefined {
  return names.find((name) => name === chosen) ?? names.find((name) => /loss/i.test(name)) ?? names.at(0);
}
