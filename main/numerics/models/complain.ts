import { AppError } from '#contract/errors';

/** Makes the error for a file, and for one of its tensors if named. */
export type Complain = (problem: string, tensor?: string) => AppError;

/**
 * Returns what makes the errors about one file.
 *
 * @param label name of the file
 * @returns makes errors of code `checkpoint_format`
 */
export function complainer(label: string): Complain {
  return (problem, tensor) => {
    const where = tensor === undefined ? '' : `tensor "${tensor}" `;
    const data = { file: label, ...(tensor === undefined ? {} : { tensor }) };
    return new AppError('checkpoint_format', `${label}: ${where}${problem}`, data);
  };
}
