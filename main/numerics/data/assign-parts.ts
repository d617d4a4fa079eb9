import { AppError } from '#contract/errors';
import { splitNameSchema, type SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import type { DatasetSource, PartAssignment, SourcePart } from './sources/dataset-source';

type Choices = Pick<RunSpecOf<'import-dataset'>['params'], 'parts' | 'known'>;

const splitNames = splitNameSchema.options;

/**
 * Decides which parts make each split: what the user says; else what is usual for the known dataset, if the
 * files are divided in the usual way; else what the format says.
 *
 * @param source the opened source
 * @param choices what the user says, and the known dataset
 * @returns the assignment, and sentences about files that are not divided in the usual way
 */
export function assignParts(
  source: DatasetSource,
  choices: Choices,
): { assignment: PartAssignment; oddities: string[] } {
  const { parts, known } = choices;
  const usual = known?.parts[source.format];
  if (parts !== null) return { assignment: parts, oddities: [] };
  if (known === null || usual === undefined) return { assignment: source.assignment, oddities: [] };
  const absent = splitNames.flatMap((split) => usual[split]).filter((name) => !source.parts.has(name));
  const hasOtherTest = source.parts.has('test') && !usual.test.includes('test');
  if (absent.length === 0 && !hasOtherTest) return { assignment: usual, oddities: [] };
  const what = hasOtherTest
    ? `its test split is usually the part ${usual.test.join(', ')}, but here is a part test`
    : `it usually has the parts ${absent.join(', ')}, which are not here`;
  return { assignment: source.assignment, oddities: [`${known.name}: ${what}`] };
}

/**
 * Names the parts that no split takes.
 *
 * @param source the opened source
 * @param assignment which parts make each split
 */
export function unusedParts(source: DatasetSource, assignment: PartAssignment): string[] {
  const used = splitNames.flatMap((split) => assignment[split]);
  return [...source.parts.keys()]
    .filter((name) => !used.includes(name))
    .map((name) => `the part ${name} is in no split`);
}

/**
 * Finds the parts of an assignment.
 *
 * @param source the opened source
 * @param assignment which parts make each split
 * @param path of the source, for messages
 * @throws {AppError} `dataset_layout` if a part is not there, or none is for training; `invalid_input` if one
 *   is named twice
 */
export function findParts(
  source: DatasetSource,
  assignment: PartAssignment,
  path: string,
): Record<SplitName, SourcePart[]> {
  const present = [...source.parts.keys()].join(', ');
  if (assignment.train.length === 0) {
    throw new AppError(
      'dataset_layout',
      `It is not clear which part of ${path} is for training: it has ${present}. Name one with --train.`,
      { folder: path, place: 'train' },
    );
  }
  const named = splitNames.flatMap((split) => assignment[split]);
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new AppError('invalid_input', `The part "${twice}" cannot be in two splits.`, { part: twice });
  }
  const find = (name: string): SourcePart => {
    const part = source.parts.get(name);
    if (part !== undefined) return part;
    throw new AppError('dataset_layout', `${path} has no part "${name}"; it has ${present}.`, {
      folder: path,
      place: name,
    });
  };
  return {
    train: assignment.train.map(find),
    val: assignment.val.map(find),
    test: assignment.test.map(find),
  };
}
