import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RandomStream } from '#numerics/engine/random';
import { sizeOf } from '#numerics/engine/tensor';
import { encodeSafetensors } from '#numerics/models/safetensors';
import { initializeVision } from '#numerics/models/vision-parameters';
import { sizes } from '../sizes';

/** Images of each of the two tasks, and those of the Gram matrix. */
export const IMAGES = 2048;
export const GRAM_IMAGES = 200;
export const CLASSES = 10;
/** α of a map, on each axis. */
export const GRID = 21;

export const { architecture } = sizes.starter;

/** Deviation of the numbers of a task vector. */
const CHANGE = 1e-3;

/**
 * Writes what both contestants compute with: `params.<name>`, `vector.<t>.<name>`, `pixels.<t>` and `head`.
 *
 * @param folder takes the file
 */
export async function writeWorld(folder: string): Promise<void> {
  const { imageSize: S, featureSize: F } = architecture;
  const params = [...initializeVision(architecture, 1)];
  const draw = (shape: readonly number[], purpose: string, deviation = 1) => ({
    shape,
    data: new RandomStream(1, purpose).normals(sizeOf(shape), 0, deviation),
  });
  const tensors = new Map([
    ...params.map(([name, array]) => [`params.${name}`, array] as const),
    ...[0, 1].flatMap((t) => [
      ...params.map(
        ([name, { shape }]) => [`vector.${t}.${name}`, draw(shape, `vector ${t} ${name}`, CHANGE)] as const,
      ),
      [`pixels.${t}`, draw([IMAGES, S, S, 3], `pixels ${t}`)] as const,
    ]),
    ['head', draw([CLASSES, F], 'head')] as const,
  ]);
  await writeFile(join(folder, 'world.safetensors'), encodeSafetensors(tensors, {}));
}
