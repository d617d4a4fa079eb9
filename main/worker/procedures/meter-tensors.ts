import { sizeOf } from '#numerics/engine/tensor';
import type { StoredTensor } from '#numerics/models/stored-tensor';
import type { RunContext } from '../run-context';

type Tensors = ReadonlyMap<string, StoredTensor>;

const MIB = 2 ** 20;

/**
 * Shows progress while tensors are read, and lets a cancel through between them.
 *
 * @param phase what is being done
 * @param groups all tensors that will be read, each once
 * @param context of the run
 * @returns the same groups; reading one of their tensors advances the meter
 */
export function meterTensors(phase: string, groups: readonly Tensors[], context: RunContext): Tensors[] {
  const bytes = ({ shape }: StoredTensor) => sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
  const total = groups
    .flatMap((group) => [...group.values()])
    .reduce((sum, tensor) => sum + bytes(tensor), 0);
  const meter = context.meter(phase, { total: Math.ceil(total / MIB), unit: 'MiB' });
  let done = 0;
  return groups.map(
    (group) =>
      new Map(
        [...group].map(([name, tensor]) => [
          name,
          {
            shape: tensor.shape,
            read: async () => {
              await context.breathe();
              const data = await tensor.read();
              done += bytes(tensor);
              meter.update(done === total ? Math.ceil(total / MIB) : Math.floor(done / MIB));
              return data;
            },
          },
        ]),
      ),
  );
}
