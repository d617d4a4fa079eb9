import { expect } from 'vitest';
import { engineMemory } from '#numerics/engine/tensor';

/**
 * Runs a computation and asserts that as many tensors are alive after it as before.
 *
 * @param compute disposes all that it makes
 * @returns its result
 */
export function withoutLeaks<R>(compute: () => R): R {
  const before = engineMemory();
  const result = compute();
  expect(engineMemory()).toEqual(before);
  return result;
}
