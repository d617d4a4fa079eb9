import type { KernelConfig, KernelFunc } from '@tensorflow/tfjs';
import { tf } from './library';

const replacements = new WeakSet<KernelFunc>();

/**
 * Replaces a kernel of the wasm engine by one that may fall back on it. Doing it again changes nothing.
 *
 * @param kernelName the library's name of the kernel
 * @param wrap makes the new kernel from the registered one
 */
export function replaceWasmKernel(kernelName: string, wrap: (original: KernelFunc) => KernelFunc): void {
  const registered = tf.getKernel(kernelName, 'wasm') as KernelConfig | undefined;
  if (registered === undefined || replacements.has(registered.kernelFunc)) return;
  const kernelFunc = wrap(registered.kernelFunc);
  replacements.add(kernelFunc);
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...registered, kernelFunc });
}
