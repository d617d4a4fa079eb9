import { z } from 'zod';
import { type ParquetFile } from './parquet-file';
import { type ParquetColumn } from './parquet-schema';
import { formatError } from './source-errors';

const imageNames = ['image', 'img', 'png', 'jpg', 'jpeg', 'webp', 'picture'];
const labelNames = [
  'label',
  'labels',
  'fine_label',
  'class',
  'class_id',
  'class_label',
  'label_id',
  'target',
  'category',
  'cls',
  'y',
  'coarse_label',
  'class_name',
  'label_name',
];
const captionNames = ['caption', 'text', 'captions', 'title', 'alt_text'];

/** The part of the description by Hugging Face `datasets` that says what a column is. */
const describedColumn = z.union([
  z.object({ _type: z.literal('Image') }),
  z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()) }),
]);
const description = z.object({ info: z.object({ features: z.record(z.string(), z.unknown()) }) });

/** Which columns hold images and labels or captions. */
export interface ChosenColumns {
  readonly image: ParquetColumn;
  /** The captions where there are no labels. */
  readonly label: ParquetColumn;
  readonly isCaptioned: boolean;
  /** Names of the classes, if the file has them for this column. */
  readonly names: readonly string[] | null;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * Chooses the columns of images and labels: what the description by Hugging Face `datasets` says, if there
 * is one, and otherwise what types and usual names suggest. Where no column has labels, captions are taken.
 *
 * @param file the file
 * @returns the columns, or what is missing as the end of a sentence about the source
 * @throws {AppError} `dataset_format` if the description is damaged
 */
export function chooseColumns(file: ParquetFile): ChosenColumns | string {
  const described = readDescription(file);
  const { label: path } = file.source;
  const columns = file.columns.filter((column) => !column.isRepeated);
  const images = columns
    .filter(isImageColumn)
    .sort(by((column) => [described.images.has(column.path[0]), rank(imageNames, column)]));
  const labels = columns
    .filter((column) => isLabelColumn(column, described.names))
    .sort(by((column) => [described.names.has(column.path[0]), column.isInteger, rank(labelNames, column)]));
  const names = file.columns.map((column) => column.path.join('.')).join('", "');
  if (images.length === 0) return `no column has images; there is "${names}"`;
  const [image] = images;
  if (labels.length === 0) {
    const captions = columns.filter(isCaptionColumn).sort(by((column) => [rank(captionNames, column)]));
    if (captions.length === 0) return `no column has labels or captions; there is "${names}"`;
    const notes = [...noteChoice('images', images), noteCaptions(captions)];
    return { image, label: captions[0], isCaptioned: true, names: null, notes };
  }
  const [label] = labels;
  const classNames = described.names.get(label.path[0]) ?? null;
  if (classNames !== null && new Set(classNames).size < classNames.length) {
    throw formatError(path, `it has a class name more than once for "${label.path[0]}"`);
  }
  return {
    image,
    label,
    isCaptioned: false,
    names: classNames,
    notes: [...noteChoice('images', images), ...noteChoice('labels', labels)],
  };
}

function isImageColumn({ path, type, isText }: ParquetColumn): boolean {
  return (
    type === 'BYTE_ARRAY' && !isText && (path.length === 1 || (path.length === 2 && path[1] === 'bytes'))
  );
}

function isLabelColumn(
  { path, isInteger, isText }: ParquetColumn,
  described: ReadonlyMap<string, unknown>,
): boolean {
  if (path.length !== 1) return false;
  return (
    (isInteger && described.has(path[0])) ||
    ((isInteger || isText) && labelNames.includes(path[0].toLowerCase()))
  );
}

function isCaptionColumn({ path, isText }: ParquetColumn): boolean {
  return isText && path.length === 1 && captionNames.includes(path[0].toLowerCase());
}

/** Earlier names before later ones, names that are not listed last. */
function rank(names: readonly string[], { path }: ParquetColumn): number {
  const position = names.indexOf(path[0].toLowerCase());
  return position < 0 ? names.length : position;
}

/** Compares by several keys: true before false, small numbers before large ones. */
function by(
  keys: (column: ParquetColumn) => (boolean | number)[],
): (a: ParquetColumn, b: ParquetColumn) => number {
  const numbers = (column: ParquetColumn): number[] =>
    keys(column).map((key) => (typeof key === 'boolean' ? Number(!key) : key));
  return (a, b) => {
    const [ofA, ofB] = [numbers(a), numbers(b)];
    return ofA.map((key, i) => key - ofB[i]).find((difference) => difference !== 0) ?? a.index - b.index;
  };
}

function noteChoice(what: string, [first, ...others]: readonly ParquetColumn[]): string[] {
  if (others.length === 0) return [];
  const names = others.map((column) => column.path[0]).join('", "');
  return [`The ${what} are those of the column "${first.path[0]}"; there is also "${names}".`];
}

function noteCaptions(columns: readonly ParquetColumn[]): string {
  const [choice] = noteChoice('captions', columns) as (string | undefined)[];
  return choice ?? `No column has labels; the captions are those of the column "${columns[0].path[0]}".`;
}

interface Description {
  readonly images: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, readonly string[]>;
}

function readDescription({ facts, source }: ParquetFile): Description {
  const images = new Set<string>();
  const names = new Map<string, readonly string[]>();
  const text = facts.get('huggingface');
  if (text === undefined) return { images, names };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw formatError(source.label, 'its description of the columns is damaged', cause);
  }
  const features = description.safeParse(content).data?.info.features ?? {};
  for (const [name, feature] of Object.entries(features)) {
    const column = describedColumn.safeParse(feature).data;
    if (column?._type === 'Image') images.add(name);
    else if (column !== undefined) names.set(name, column.names);
  }
  return { images, names };
}
