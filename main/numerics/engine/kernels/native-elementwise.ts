import type { KernelFunc } from '@tensorflow/tfjs';
import type { NativeOperations } from './native-operations';
import { replaceKernel } from './replace-kernel';

/**
 * Routes reshapes, and sums and products of float tensors of one shape, through the operations of
 * `resources/native`. A reshape of TensorFlow's own takes the shape as a tensor, which costs more to
 * make than the view, and its sums and products run on narrower vectors.
 *
 * @param backendName the library's name of the backend
 * @param operations of the native engine
 */
export function installNativeElementwise(backendName: string, operations: NativeOperations): void {
  replaceKernel(backendName, 'Reshape', (original) => (kernelArguments) => {
    const { x } = kernelArguments.inputs;
    const { shape } = kernelArguments.attrs as { shape: number[] };
    // The library's own gradients leave a length open, as -1.
    if (x?.dtype !== 'float32' || shape.some((length) => length < 0)) return original(kernelArguments);
    if (shape.join() !== x.shape.join()) {
      return operations.run('TangentReshape', [x], [operations.shape('shape', shape)]);
    }
    operations.backend.incRef(x.dataId);
    return { dataId: x.dataId, shape, dtype: x.dtype };
  });

  const binary = (operation: string) => (original: KernelFunc) => {
    const kernel: KernelFunc = (kernelArguments) => {
      const { a, b } = kernelArguments.inputs;
      const fits = a?.dtype === 'float32' && b?.dtype === 'float32' && a.shape.join() === b.shape.join();
      return fits ? operations.run(operation, [a, b]) : original(kernelArguments);
    };
    return kernel;
  };
  replaceKernel(backendName, 'Add', binary('TangentAdd'));
  replaceKernel(backendName, 'Multiply', binary('TangentMultiply'));
}
