import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunSpecOf } from '#contract/specs/index';
import { RandomStream } from '#numerics/engine/random';
import { leadingTriplets } from '#numerics/linalg/leading-triplets';
import { decomposeRectangular, type SingularTriplets } from '#numerics/linalg/singular-values';
import { gramBlock } from '#numerics/ntk/gram-block';
import { encodeGrams, type KernelOrigin } from '#numerics/ntk/gram-file';
import type { ScalarOutput } from '#numerics/ntk/scalar-outputs';
import { readArrays, writeArrays } from '../array-file';
import type { RunContext } from '../run-context';
import { collectGrams } from './gram-blocks';
import { gramOperator } from './gram-products';
import { countImages, type ImageBlock, type KernelNetwork } from './kernel-images';

/** A leading triplet from products may be wrong by so much of the largest singular value: what float32 passes leave. */
export const PRODUCTS_TOLERANCE = 1e-5;

/** The rectangular kernels of which spectra are wanted: images of the task × images of task and control. */
export interface SpectrumRequest {
  readonly spec: RunSpecOf<'ntk'>;
  readonly outputs: readonly ScalarOutput[];
  readonly task: readonly ImageBlock[];
  readonly control: readonly ImageBlock[];
  readonly origin: KernelOrigin;
}

/** Computes the Gram block of every scalar, stores them, and decomposes each. */
export async function spectraFromGrams(
  { outputs, task, control, origin }: SpectrumRequest,
  network: KernelNetwork,
  context: RunContext,
): Promise<SingularTriplets[]> {
  const grams = await collectGrams(
    {
      name: `${outputs.length} outputs`,
      key: 'rectangular',
      rows: task,
      columns: [...task, ...control],
      matrices: outputs.length,
      unit: 1,
      compute: (rows, columns) => gramBlock(rows, columns, outputs),
    },
    network,
    context,
  );
  await context.output(encodeGrams(grams, origin), {
    kind: 'gram',
    role: 'gram',
    label: `Gram matrices of ${outputs.length} outputs`,
  });
  const meter = context.meter('decomposing', { total: grams.length, unit: 'matrices' });
  const spectra: SingularTriplets[] = [];
  for (const gram of grams) {
    spectra.push(decomposeRectangular(gram));
    meter.update(spectra.length);
    await context.breathe();
  }
  return spectra;
}

/** Finds the leading triplets of every scalar from products; those of a scalar are written down when they are found. */
export async function spectraFromProducts(
  { spec, outputs, task, control }: SpectrumRequest,
  network: KernelNetwork,
  context: RunContext,
): Promise<SingularTriplets[]> {
  const folder = join(context.runDirectory, 'triplets');
  await mkdir(folder, { recursive: true });
  const columns = [...task, ...control];
  const count = spec.params.rank!;
  const [N, M] = [task, columns].map(countImages);
  const spectra: SingularTriplets[] = [];
  for (const [c, { name, cotangent }] of outputs.entries()) {
    const file = join(folder, `${c}.f64`);
    const meter = context.meter(`products with the kernel of ${name}`, { total: 2 * N, unit: 'products' });
    const found: SingularTriplets = {
      values: new Float64Array(count),
      left: { rows: N, columns: count, data: new Float64Array(N * count) },
      right: { rows: M, columns: count, data: new Float64Array(M * count) },
    };
    if (await readArrays(file, [found.values, found.left.data, found.right.data])) {
      spectra.push(found);
      continue;
    }
    const onProduct = (products: number) => meter.update(products);
    const operator = gramOperator({ rows: task, columns, cotangent, onProduct }, network, context);
    const random = (size: number, index: number) =>
      Float64Array.from(new RandomStream(spec.seed, `lanczos-${c}`, index).normals(size));
    const leading = await leadingTriplets(operator, { count, tolerance: PRODUCTS_TOLERANCE, random });
    context.log(
      `${name}: ${leading.products} products, largest error ${leading.residual.toExponential(1)} of σ₁`,
    );
    await writeArrays(file, [leading.values, leading.left.data, leading.right.data]);
    spectra.push(leading);
  }
  return spectra;
}
