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

    sumSquares: (x) => {
      const bits = run('TangentSumSquares', [x]);
      const [sum] = new Float64Array(new Int32Array(bits.dataSync()).buffer);
      bits.dispose();
      return sum;
    },

    adamW: ({ params, gradient, firstMoment, secondMoment }, constants) => {
      const { beta1, beta2, epsilon, learningRate, keptShare, firstCorrection, secondCorrection } = constants;
      // TensorFlow.js has no float64, so the constants travel as their bits.
      const bits = new Int32Array(
        Float64Array.of(beta1, beta2, epsilon, learningRate, keptShare, firstCorrection, secondCorrection)
          .buffer,
      );
      const packed = tf.tensor(bits, [bits.length], 'int32');
      const inputs = [params, gradient, firstMoment, secondMoment, packed];
      const [theta, m, v] = operations.runMany('TangentAdamW', inputs, [], 3);
      packed.dispose();
      return { params: theta, firstMoment: m, secondMoment: v };
    },

    quickGelu: (x) => run('TangentQuickGelu', [x]),
    quickGeluSlope: (x) => run('TangentQuickGeluSlope', [x]),
  };
}
