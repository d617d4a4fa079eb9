import { AppError } from '#contract/errors';
import {
  referenceNumbersSchema,
  type ReferenceEntry,
  type ReferenceNumbers,
} from '#contract/reference-numbers';
import {
  cellSubject,
  type Measure,
  type ReferenceWork,
  type Subject,
  type TableCell,
  type TableColumn,
  type TableDocument,
} from '#contract/table-document';

/** What has been published for one model and one list of tasks. */
export interface ModelReference {
  /** Entries for the model, on test splits. */
  readonly entries: readonly ReferenceEntry[];
  /** Suites that consist of exactly these tasks: only their averages are comparable. */
  readonly suites: readonly string[];
}

/**
 * Checks published numbers that were read from a file.
 *
 * @param json what the file holds
 * @throws {AppError} `invalid_input` naming the fields that are wrong
 */
export function parseReferenceNumbers(json: unknown): ReferenceNumbers {
  const parsed = referenceNumbersSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    field: path.join('.') || 'file',
    message,
  }));
  throw new AppError(
    'invalid_input',
    `These are no reference numbers: ${fields.map(({ field, message }) => `${field}: ${message}`).join('; ')}`,
    { fields: fields.map(({ field }) => field) },
  );
}

/**
 * Selects what was published for a model: its averages over exactly these tasks, and single tasks by name.
 *
 * @param model the image tower, alone or in brackets behind a name of one's own; case, punctuation and the ways in
 *   which open_clip and Hugging Face write it do not matter (`openai/clip-vit-base-patch32`, `mine (ViT-B/32)`)
 * @param tasks names of the tasks; their order does not matter
 */
export function referenceFor(
  model: string,
  reference: ReferenceNumbers,
  tasks: readonly string[],
): ModelReference {
  const tower = plain(/\(([^()]*)\)$/.exec(model)?.[1] ?? model);
  const suites = Object.entries(reference.suites)
    .filter(([, members]) => members.length === tasks.length && members.every((task) => tasks.includes(task)))
    .map(([suite]) => suite);
  return {
    entries: reference.entries.filter((entry) => entry.split === 'test' && tower === plain(entry.model)),
    suites,
  };
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^openai\//, '')
    .replace(/^clip-/, '')
    .replace(/-quickgelu$/, '')
    .replace(/^vit-base-patch/, 'vit-b-')
    .replace(/^vit-large-patch/, 'vit-l-')
    .replaceAll(/[^a-z0-9]/g, '');

/**
 * Puts published numbers beside those of a table: for every column of accuracies one column `paper` and one
 * `re-run` of the same measure, where there is anything to put there. Numbers that were not confirmed bear †;
 * the sources become footnotes.
 */
export function addReferenceColumns(table: TableDocument, reference: ModelReference): TableDocument {
  const footnotes: Footnote[] = [];
  const works: readonly ReferenceWork[] = ['paper', 're-run'];
  const added = works.flatMap((work) =>
    table.columns.flatMap((column) => {
      const { measure } = column;
      if (measure === null) return [];
      const entries = table.rows.map((row) =>
        find(reference, cellSubject(table, column, row), measure, work),
      );
      if (entries.every((list) => list.length === 0)) return [];
      return [
        { column: referenceColumn(column, work), cells: entries.map((list) => toCell(list, footnotes)) },
      ];
    }),
  );
  const hasUnconfirmed = added.some(({ cells }) =>
    cells.some((cell) => cell.kind === 'reference' && cell.values.some(({ confirmed }) => !confirmed)),
  );
  return {
    ...table,
    caption: `${table.caption}${added.length > 0 ? ' Published numbers are of OpenAI’s weights.' : ''}${
      hasUnconfirmed ? ' † not confirmed: written down from memory.' : ''
    }`,
    columns: [
      ...table.columns.map((column) => (added.length > 0 ? besideReferences(column) : column)),
      ...added.map(({ column }) => column),
    ],
    rows: table.rows.map((row, r) => ({
      ...row,
      cells: [...row.cells, ...added.map(({ cells }) => cells[r])],
    })),
    footnotes: footnotes.map(({ source, notes }) =>
      notes.size === 0 ? source : `${source}: ${[...notes].join(' ')}`,
    ),
  };
}

interface Footnote {
  readonly source: string;
  /** Sentences. */
  readonly notes: Set<string>;
}

/** Numbers of ours are named so where published ones stand beside them. */
function besideReferences(column: TableColumn): TableColumn {
  return column.measure !== null && column.group === '' ? { ...column, group: 'ours' } : column;
}

function referenceColumn(column: TableColumn, work: ReferenceWork): TableColumn {
  const { head, group } = column;
  return { ...column, head: `${work}: ${head}`, group: group === '' ? work : `${work}: ${group}` };
}

function find(
  { entries, suites }: ModelReference,
  subject: Subject,
  measure: Measure,
  work: ReferenceWork,
): { entry: ReferenceEntry; value: number }[] {
  const { quantity, method, scalingRule = null, task = null } = subject;
  return entries.flatMap((entry) => {
    const isMeant =
      entry.work === work &&
      entry.quantity === quantity &&
      entry.method === method &&
      entry.scalingRule === scalingRule;
    if (!isMeant) return [];
    const value =
      task === null
        ? suites.includes(entry.suite)
          ? entry.values[measure]
          : undefined
        : measure === 'absolute'
          ? entry.tasks?.[task]
          : undefined;
    return value === undefined ? [] : [{ entry, value }];
  });
}

function toCell(
  found: readonly { entry: ReferenceEntry; value: number }[],
  footnotes: Footnote[],
): TableCell {
  if (found.length === 0) return { kind: 'empty' };
  const values = found.map(({ entry, value }) => {
    let index = footnotes.findIndex(({ source }) => source === entry.source);
    if (index < 0) index = footnotes.push({ source: entry.source, notes: new Set() }) - 1;
    for (const sentence of entry.note.split(/(?<=\.) /)) {
      if (sentence !== '') footnotes[index].notes.add(sentence);
    }
    return { value, confirmed: entry.confirmed, footnote: index + 1 };
  });
  return { kind: 'reference', values };
}
