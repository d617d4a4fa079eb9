import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { KernelBackend } from '@tensorflow/tfjs';
import { useKernels } from './kernels/active-kernels';
import { composedKernels } from './kernels/composed';
import { createNativeKernels } from './kernels/native';
import { installNativeElementwise } from './kernels/native-elementwise';
import { NativeOperations, type NativeBackend, type NativeBinding } from './kernels/native-operations';
import { tf } from './library';

/** The name under which the library knows its backend on TensorFlow. */
const BACKEND = 'tensorflow';

/** Where the launcher says why an installed engine must not be loaded. */
const REFUSED_VARIABLE = 'TANGENT_NATIVE_ENGINE_REFUSED';

/** What was learned while the native engine started. */
export interface NativeFacts {
  readonly device: 'cpu' | 'gpu';
  /** Version of TensorFlow. */
  readonly version: string;
  readonly threads: number;
}

type BackendConstructor = new (binding: NativeBinding, packageName: string) => KernelBackend;

// The bundler must not see what is loaded here: the package's binding lies in another folder.
const nodeRequire = createRequire(import.meta.url);

/**
 * Starts TensorFlow from an installed engine folder: the program's own copy of the JavaScript side of
 * `@tensorflow/tfjs-node-gpu`, on the binding that was compiled at installation.
 *
 * The package's entry is not imported: it would look for a binding inside the package.
 *
 * @param folder holds `tfjs_binding.node`; null if no engine is installed
 * @throws {Error} with the reason if the engine does not load
 */
export async function startNativeEngine(folder: string | null): Promise<NativeFacts> {
  if (folder === null) {
    throw new Error(process.env[REFUSED_VARIABLE] ?? 'not installed; "tangent engine install" installs it');
  }
  const binding = nodeRequire(join(folder, 'tfjs_binding.node')) as NativeBinding;
  nodeRequire('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = nodeRequire('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: BackendConstructor;
  };
  // Registering it again, as tests do, changes nothing.
  tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'));
  await tf.setBackend(BACKEND);
  const device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  // The program's own operations work on the processor; a GPU runs what they are composed of.
  if (device === 'cpu') {
    const operations = new NativeOperations(tf.backend() as KernelBackend & NativeBackend, binding);
    installNativeElementwise(BACKEND, operations);
    useKernels(createNativeKernels(operations));
  } else {
    useKernels(composedKernels);
  }
  return {
    device,
    version: binding.TF_Version,
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
  };
}
