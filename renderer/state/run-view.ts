import type { RunEvent } from '#contract/events';

/** One line of a run's log. */
export interface LogLine {
  readonly sequence: number;
  readonly at: number;
  readonly level: 'info' | 'warning';
  readonly message: string;
}

/** A metric's value by step; a resumed run repeats some steps, of which the newest value counts. */
export type MetricCurve = ReadonlyMap<number, number>;

/** What a run's events add up to. */
export interface RunView {
  readonly metrics: ReadonlyMap<string, MetricCurve>;
  readonly log: readonly LogLine[];
}

export const emptyRunView: RunView = { metrics: new Map(), log: [] };

/** Adds events to a view; what they do not touch stays the same object. */
export function foldEvents(view: RunView, events: readonly RunEvent[]): RunView {
  const touched = new Map<string, Map<number, number>>();
  const lines: LogLine[] = [];
  for (const { body, sequence, at } of events) {
    if (body.type === 'metric') {
      const curve = touched.get(body.name) ?? new Map(view.metrics.get(body.name));
      touched.set(body.name, curve.set(body.step, body.value));
    } else if (body.type === 'log') {
      lines.push({ sequence, at, level: body.level, message: body.message });
    }
  }
  return {
    metrics: touched.size === 0 ? view.metrics : new Map([...view.metrics, ...touched]),
    log: lines.length === 0 ? view.log : [...view.log, ...lines],
  };
}
