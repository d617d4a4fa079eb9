import { layoutError } from './source-errors';

/** More classes than any dataset of images has; a larger number is a mistake, not a label. */
const MOST_CLASSES = 65_536;

/** More captions than a manifest has room for. */
const MOST_CAPTIONS = 2 ** 20;

/** Longest piece of a label in a message. */
const LABEL_IN_MESSAGE = 40;

/** Why an entry has no label, as a clause about the entry. */
export interface NoLabel {
  readonly reason: string;
}

/** A label as a file has it: a class number from 0, the name of a class, or none. */
export type RawLabel = number | string | NoLabel;

/** The classes of a source, and how its labels point at them. */
export interface LabeledClasses {
  readonly classes: readonly string[];
  /** 0-based index into the classes, or why there is none. */
  readonly indexOf: (label: RawLabel) => number | NoLabel;
  /** What was assumed. */
  readonly notes: readonly string[];
}

/**
 * Finds the classes that labels speak of. Labels are numbers or names as the first of them is; without
 * names for them, numbers make the classes `0` to the greatest one, and names make one class each in
 * code-unit order.
 *
 * @param labels the labels of all entries of the source, in any number of lists
 * @param names names of the classes if the source has them
 * @param path absolute path of the source, for messages
 * @param what what the labels are; there can be many more captions than names of classes
 * @throws {AppError} `dataset_layout` if no entry has a label, or there are not two classes or too many
 */
export function findClasses(
  labels: readonly (readonly RawLabel[])[],
  names: readonly string[] | null,
  path: string,
  what: 'label' | 'caption' = 'label',
): LabeledClasses {
  const { greatest, texts, kind } = survey(labels, path, what);
  if (kind === null) throw layoutError(path, `no image has a ${what}`, '');
  const notes: string[] = [];
  let classes = names;
  if (classes === null && kind === 'number') {
    classes = Array.from({ length: greatest + 1 }, (_, label) => String(label));
    notes.push('The classes have no names in the files; they are called by their numbers.');
  }
  classes ??= [...texts].sort();
  if (classes.length < 2) {
    const only = shorten(classes.join(''));
    throw layoutError(path, `all images have one ${what}, ${only}; two classes are needed`, '');
  }
  if (what === 'caption') notes.push(`The captions are the classes: ${classes.length} distinct captions.`);
  const positions = new Map(classes.map((name, label) => [name, label]));
  const indexOf = (label: RawLabel): number | NoLabel => {
    if (typeof label === 'object') return label;
    if (typeof label !== kind) {
      const other = kind === 'number' ? 'a name where others are numbers' : 'a number where others are names';
      return { reason: `its label ${shorten(label)} is ${other}` };
    }
    const index = typeof label === 'string' ? positions.get(label) : label;
    const isKnown = index !== undefined && Number.isInteger(index) && index >= 0 && index < classes.length;
    return isKnown ? index : { reason: `its label ${shorten(label)} has no class` };
  };
  return { classes, indexOf, notes };
}

interface Survey {
  /** Of the first label that can be one. */
  readonly kind: 'number' | 'string' | null;
  readonly greatest: number;
  readonly texts: ReadonlySet<string>;
}

function survey(lists: readonly (readonly RawLabel[])[], path: string, what: 'label' | 'caption'): Survey {
  const most = what === 'caption' ? MOST_CAPTIONS : MOST_CLASSES;
  let kind: Survey['kind'] = null;
  let greatest = -1;
  const texts = new Set<string>();
  for (const list of lists) {
    for (const label of list) {
      if (typeof label === 'string') {
        kind ??= 'string';
        if (kind === 'string') texts.add(label);
        if (texts.size > most) {
          throw layoutError(path, `the ${what}s have more than ${most} different values`, '');
        }
      } else if (typeof label === 'number' && label >= 0 && label < MOST_CLASSES) {
        kind ??= 'number';
        greatest = Math.max(greatest, label);
      }
    }
  }
  return { kind, greatest, texts };
}

function shorten(label: number | string): string {
  if (typeof label === 'number') return String(label);
  return `"${label.length > LABEL_IN_MESSAGE ? `${label.slice(0, LABEL_IN_MESSAGE)}…` : label}"`;
}
