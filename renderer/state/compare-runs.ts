import type { MetricPoint, RunDetail } from '#contract/records';

/** One value of each of several runs; null where a run has none. */
export interface ComparedRow {
  /** Path in the specification, as `params.schedule.steps`. */
  readonly name: string;
  readonly values: readonly (string | null)[];
  readonly isDifferent: boolean;
}

/**
 * Sets the specifications of runs side by side.
 *
 * @param runs in the order of the columns
 * @returns a row for every value that any of them has; artifacts go by their labels
 */
export function compareSpecs(runs: readonly RunDetail[]): ComparedRow[] {
  const columns = runs.map(describeSpec);
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  return names.map((name) => {
    const values = columns.map((column) => column[name] ?? null);
    return { name, values, isDifferent: new Set(values).size > 1 };
  });
}

function describeSpec({ storedSpec, inputs, kind }: RunDetail): Record<string, string> {
  const labels = Object.fromEntries(inputs.map(({ id, label }) => [id, `${label} (${id.slice(0, 8)})`]));
  const values: Record<string, string> = {};
  const collect = (value: unknown, path: string): void => {
    if (value !== null && typeof value === 'object') {
      for (const [name, part] of Object.entries(value)) collect(part, path === '' ? name : `${path}.${name}`);
    } else if (typeof value === 'string') {
      values[path] = labels[value] ?? value;
    } else {
      values[path] = JSON.stringify(value);
    }
  };
  collect(storedSpec, '');
  return { ...values, kind };
}

/** Runs that differ in nothing but their seed. */
export interface SeedGroup {
  /** Places of the runs. */
  readonly runs: readonly number[];
  readonly seeds: readonly string[];
}

/** Finds the runs that repeat each other with other seeds; groups of one are left out. */
export function groupBySeeds(runs: readonly RunDetail[]): SeedGroup[] {
  const keyOf = ({ storedSpec }: RunDetail) => JSON.stringify({ ...(storedSpec as object), seed: null });
  const seedOf = ({ storedSpec }: RunDetail) => JSON.stringify((storedSpec as { seed?: unknown }).seed);
  const keys = runs.map(keyOf);
  return [...new Set(keys)]
    .map((key) => runs.flatMap((_, place) => (keys[place] === key ? [place] : [])))
    .filter((places) => places.length > 1)
    .map((places) => ({ runs: places, seeds: places.map((place) => seedOf(runs[place])) }));
}

/**
 * Takes the last value of every metric of a run.
 *
 * @param points by name and then step
 */
export function lastValues(points: readonly MetricPoint[]): ReadonlyMap<string, number> {
  return new Map(points.map(({ name, value }) => [name, value]));
}

/** Mean and sample standard deviation; null for the latter of a single value. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
