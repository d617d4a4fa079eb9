import type { TableCell, TableDocument } from '#contract/table-document';
import { spreadOf } from '#report/spread';
import { spreadCell, textCell } from '#report/table-cells';
import { fillColumns, type FilledColumn } from '../fill-columns';
import type { HeadlineNumber } from './headline-numbers';

/** A value of a run's specification. */
export interface Setting {
  /** As people know it; artifacts go by their labels. */
  readonly text: string;
  /** What must be equal for two settings to be equal, whatever the seeds. */
  readonly key: string;
  /** Beginning of an artifact's id, to tell two of one label apart; null for other values. */
  readonly mark: string | null;
}

/** A run as it is compared. */
export interface ComparedRun {
  readonly id: string;
  readonly title: string;
  /** Equal for runs of one specification. */
  readonly specHash: string;
  readonly seed: number;
  /** By their path in the specification, such as `params.schedule.steps`; without the seed. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly numbers: readonly HeadlineNumber[];
}

/**
 * Sets runs below each other: the settings in which they differ, and what they have measured. Runs that differ in
 * nothing but seeds, their own or those of the runs that made their inputs, are one row with mean and spread.
 *
 * @param runs in the order of the rows, at least one
 */
export function comparisonTable(runs: readonly ComparedRun[]): TableDocument {
  const groups = groupSeeds(runs);
  const first = groups.map(([run]) => run);
  const heads = [...new Set(runs.flatMap(({ numbers }) => numbers.map(({ head }) => head)))];
  const hasSeeds = new Set(runs.map(({ seed }) => seed)).size > 1;
  const seeds: FilledColumn = {
    head: 'seed',
    cells: groups.map((group) => textCell([...new Set(group.map(({ seed }) => seed))].join(', '))),
  };
  return fillColumns(
    {
      id: 'comparison',
      title: 'Comparison of runs',
      caption: 'Settings in which they differ, and what they measured; accuracies in percent.',
      rowHead: 'Run',
    },
    first.map(({ title, id }) => ({
      head: first.filter((other) => other.title === title).length > 1 ? `${title} (${id})` : title,
    })),
    [
      ...settingColumns(first),
      ...(hasSeeds ? [seeds] : []),
      ...heads.map((head) => ({ head, cells: groups.map((group) => numberOver(group, head)) })),
    ],
  );
}

/** Puts runs together that are equal but for seeds; a repetition of a run is no further seed. */
function groupSeeds(runs: readonly ComparedRun[]): ComparedRun[][] {
  const keyOf = ({ settings }: ComparedRun) =>
    JSON.stringify([...settings].map(([name, { key }]) => [name, key]).sort());
  const groups: { readonly key: string; readonly runs: ComparedRun[] }[] = [];
  for (const run of runs) {
    const key = keyOf(run);
    const isNew = (group: (typeof groups)[number]) =>
      group.runs.every(({ specHash }) => specHash !== run.specHash);
    const group = groups.find((other) => other.key === key && isNew(other));
    if (group === undefined) groups.push({ key, runs: [run] });
    else group.runs.push(run);
  }
  return groups.map((group) => group.runs);
}

/** A column for every setting in which the runs differ; one for the same setting of several tasks or vectors. */
function settingColumns(runs: readonly ComparedRun[]): FilledColumn[] {
  const names = [...new Set(runs.flatMap(({ settings }) => [...settings.keys()]))].filter((name) =>
    isDifferent(name, runs),
  );
  const listOf = (name: string): string =>
    name.replace(/\.\d+(?=\.|$)/g, '').replace(/^(params|inputs)\./, '');
  return [...new Set(names.map(listOf))].map((head) => {
    const places = names.filter((name) => listOf(name) === head);
    return {
      head,
      cells: runs.map((run): TableCell => {
        const texts = places.flatMap((name) => textOf(name, run, runs) ?? []);
        return texts.length === 0 ? { kind: 'empty' } : textCell(texts.join(', '));
      }),
    };
  });
}

/**
 * Whether runs differ in a setting. That runs of another kind do not have it is no difference: else a training beside an
 * edit would show everything that trainings have.
 */
function isDifferent(name: string, runs: readonly ComparedRun[]): boolean {
  const keys = runs.flatMap(({ settings }) => settings.get(name)?.key ?? []);
  if (new Set(keys).size > 1) return true;
  const kindOf = ({ settings }: ComparedRun) => settings.get('kind')?.key;
  const kinds = new Set(runs.filter(({ settings }) => settings.has(name)).map(kindOf));
  return runs.some((run) => !run.settings.has(name) && kinds.has(kindOf(run)));
}

/** The text of a setting, with the beginning of its id where another of the same text is another. */
function textOf(name: string, run: ComparedRun, runs: readonly ComparedRun[]): string | null {
  const setting = run.settings.get(name);
  if (setting === undefined) return null;
  const { text, key, mark } = setting;
  const isShared = runs.some(({ settings }) => {
    const other = settings.get(name);
    return other?.text === text && other.key !== key;
  });
  return isShared && mark !== null ? `${text} (${mark})` : text;
}

function numberOver(runs: readonly ComparedRun[], head: string): TableCell {
  const found = runs.flatMap(({ numbers }) => numbers.filter((number) => number.head === head));
  const values = found.flatMap(({ value }) => (value === null ? [] : [value]));
  return values.length === 0 ? { kind: 'empty' } : spreadCell({ ...spreadOf(values), values }, found[0].unit);
}
