import type { NamedArrays } from '../task-vector';

/**
 * Finds from which size on the numbers of a task vector are among its largest.
 *
 * @param vector τ, all parameters together
 * @param keep fraction in (0, 1]
 * @returns the size of the ⌈keep · P⌉-th largest number
 */
export function sizeToKeep(vector: NamedArrays, keep: number): number {
  const total = [...vector.values()].reduce((sum, { data }) => sum + data.length, 0);
  const sizes = new Float32Array(total);
  let at = 0;
  for (const { data } of vector.values()) for (const value of data) sizes[at++] = Math.abs(value);
  sizes.sort();
  return sizes[total - Math.max(1, Math.ceil(keep * total))];
}
