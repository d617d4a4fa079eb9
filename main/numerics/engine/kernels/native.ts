import { tf } from '../library';
import { sizeOf } from '../tensor';
import { composedKernels } from './composed';
import type { AttentionAttributes, KernelSet } from './kernel-set';
import type { NativeOperations } from './native-operations';

/**
 * Makes the kernels of the native engine on the processor: operations of `resources/native`, which the
 * engine's installation compiled for this machine.
 *
 * @param operations of the running engine
 * @returns the kernels; what is not fused is composed
 */
export function createNativeKernels(operations: NativeOperations): KernelSet {
  const run = operations.run.bind(operations);
  const heads = ({ heads: count, causal }: AttentionAttributes) => [
    operations.integer('heads', count),
    operations.boolean('causal', causal),
  ];

  return {
    ...composedKernels,

    addRow: (x, row, other) =>
      other === undefined ? run('TangentAddRow', [x, row]) : run('TangentAddTensorAndRow', [x, row, other]),

    sumLeading: (x, shape, factor) => {
      const columns = [operations.integer('columns', sizeOf(shape))];
      const sum =
        factor === undefined
          ? run('TangentSumRows', [x], columns)
          : run('TangentSumRowsOfProduct', [x, factor], columns);
      return tf.reshape(sum, [...shape]);
    },

    layerNorm: (x, weight, bias, epsilon) => {
      const [output, normalized, inverseDeviation] = operations.runMany(
        'TangentLayerNorm',
        [x, weight, bias],
        [operations.float('epsilon', epsilon)],
        3,
      );
      return { output, normalized, inverseDeviation };
    },
    layerNormJvp: ({ normalized, inverseDeviation, weight }, dx, dWeight, dBias) =>
      run('TangentLayerNormJvp', [normalized, inverseDeviation, weight, dx, dWeight, dBias]),
    layerNormVjp: ({ normalized, inverseDeviation, weight }, u) =>
      run('TangentLayerNormVjp', [normalized, inverseDeviation, weight, u]),

    attention: (qkv, attributes) => {
      const [output, weights] = operations.runMany('TangentAttention', [qkv], heads(attributes), 2);
      return { output, weights };
    },
    attentionJvp: ({ qkv, weights }, attributes, dQkv) =>
      run('TangentAttentionJvp', [qkv, weights, dQkv], heads(attributes)),
    attentionVjp: ({ qkv, weights }, attributes, u) =>
      run('TangentAttentionVjp', [qkv, weights, u], heads(attributes)),

    quickGelu: (x) => run('TangentQuickGelu', [x]),
    quickGeluSlope: (x) => run('TangentQuickGeluSlope', [x]),
  };
}
