import { AppError } from '#contract/errors';
import { expectationOf } from '#contract/import-specs';
import type { RunSpecOf } from '#contract/specs/index';
import { findKnownDataset, listKnownDatasets } from '#host/known-datasets';

/**
 * Says what is expected of a dataset that is a published one.
 *
 * @param asked the published dataset that somebody says it is; undefined to go by its own name
 * @param name of the dataset
 * @returns null for a dataset of one's own
 * @throws {AppError} `invalid_input` if the one that is said is not known
 */
export function expectKnown(
  asked: string | undefined,
  name: string,
): RunSpecOf<'import-dataset'>['params']['known'] {
  const known = findKnownDataset(asked ?? name);
  if (known !== undefined) return expectationOf(known);
  if (asked === undefined) return null;
  const names = listKnownDatasets().map((dataset) => dataset.name);
  throw new AppError('invalid_input', `"${asked}" is not a known dataset; these are: ${names.join(', ')}.`, {
    option: 'known',
    names,
  });
}
