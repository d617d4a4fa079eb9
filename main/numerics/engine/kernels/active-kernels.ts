import { composedKernels } from './composed';
import type { KernelSet } from './kernel-set';

let active: KernelSet = composedKernels;

/** Returns the kernels of the active engine. */
export function kernels(): KernelSet {
  return active;
}

/**
 * Chooses the kernels of the engine that is being started.
 *
 * @param chosen its kernels
 */
export function useKernels(chosen: KernelSet): void {
  active = chosen;
}
