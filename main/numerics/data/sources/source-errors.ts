import { AppError } from '#contract/errors';

/**
 * Makes the error that says what is wrong with the layout of a source.
 *
 * @param folder absolute path of the source
 * @param problem what is wrong, as the end of a sentence
 * @param place the file or folder inside it where the problem is
 * @returns a `dataset_layout` error
 */
export function layoutError(folder: string, problem: string, place: string): AppError {
  return new AppError('dataset_layout', `In ${folder}, ${problem}.`, { folder, place });
}

/**
 * Makes the error that says what is wrong inside a file.
 *
 * @param file path of the file
 * @param problem what is wrong, as a clause about the file: "it ends too early"
 * @param cause what was thrown when the problem was found
 * @returns a `dataset_format` error
 */
export function formatError(file: string, problem: string, cause?: unknown): AppError {
  return new AppError(
    'dataset_format',
    `${file} cannot be read as a dataset: ${problem}.`,
    { file },
    { cause },
  );
}
