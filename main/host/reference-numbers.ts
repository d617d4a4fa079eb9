import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeFileAtomically } from '#artifacts/atomic-file';
import type { ReferenceNumbers } from '#contract/reference-numbers';
import { AppError } from '#contract/errors';
import { parseReferenceNumbers } from '#report/reference-numbers';
import published from '#resources/reference/tangent-task-arithmetic.json';
import type { DataDirectory } from './data-directory';

/**
 * Reads the published numbers that results are compared with: the user's own, else those that come with the
 * program.
 *
 * @param directory the data directory
 * @throws {AppError} `invalid_input` if the user's file is not valid
 */
export function readReferenceNumbers(directory: Pick<DataDirectory, 'referenceFile'>): ReferenceNumbers {
  const { referenceFile } = directory;
  if (!existsSync(referenceFile)) return parseReferenceNumbers(published);
  try {
    return parseReferenceNumbers(JSON.parse(readFileSync(referenceFile, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'invalid_input',
      `The reference numbers in ${referenceFile} cannot be used: ${reason} Mend the file, or go back to those of the program with "tangent study reference --reset".`,
      { path: referenceFile },
      { cause },
    );
  }
}

/**
 * Replaces the published numbers that results are compared with.
 *
 * @param directory the data directory
 * @param numbers the user's own; null for those that come with the program
 */
export async function replaceReferenceNumbers(
  directory: Pick<DataDirectory, 'referenceFile'>,
  numbers: ReferenceNumbers | null,
): Promise<void> {
  if (numbers === null) rmSync(directory.referenceFile, { force: true });
  else
    await writeFileAtomically(directory.referenceFile, Buffer.from(`${JSON.stringify(numbers, null, 2)}\n`));
}
