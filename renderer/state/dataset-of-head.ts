import type { RunSpec } from '#contract/specs/index';

/**
 * Finds the dataset that a head was made for.
 *
 * @param spec of the run that made it
 * @returns null if it was not made for one, or that is not known
 */
export function datasetOfHead(spec: RunSpec | null | undefined): string | null {
  return spec != null && 'dataset' in spec.inputs ? spec.inputs.dataset : null;
}
