import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs';
import { tf } from '../library';

const replacements = new WeakSet<KernelFunc>();

/**
 * Replaces a kernel of one of the library's backends by one that may fall back on it. Doing it again
 * changes nothing.
 *
 * @param backendName the library's name of the backend
 * @param kernelName the library's name of the kernel
 * @param wrap makes the new kernel from the registered one
 */
export function replaceKernel(
  backendName: string,
  kernelName: string,
  wrap: (original: KernelFunc) => KernelFunc,
): void {
  const registered = tf.getKernel(kernelName, backendName) as KernelConfig | undefined;
  if (registered === undefined || replacements.has(registered.kernelFunc)) return;
  const kernelFunc = wrap(registered.kernelFunc);
  replacements.add(kernelFunc);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...registered, kernelFunc });
}
