import { type ImageBatch, type ImageRequest } from '../image-batch';
import { type ImageSource } from './image-source';
import { prefetch } from './prefetch';

/** Batches that are prepared while the engine computes with one: one may be late without being waited for. */
const BATCHES_AHEAD = 2;

/**
 * Makes batches of a split: takes held images where these are what is asked for, and decodes others.
 *
 * @param source the split
 * @param held N × S × S × 3 pixels cut at the center, 8 bits, or null
 * @param requests the batches, in order
 * @yields {ImageBatch} each batch
 * @throws {AppError} `artifact_damaged` if the bytes of an image are not those imported
 */
export async function* decodeBatches(
  source: ImageSource,
  held: Uint8Array | null,
  requests: Iterable<ImageRequest>,
): AsyncGenerator<ImageBatch, void, void> {
  const { imageSize, labels, normalize } = source;
  const squareBytes = imageSize * imageSize * 3;
  const buffers = new BufferPool();
  let values = new Float32Array(0);
  for await (const { indices, squares, buffer } of prefetch(requests, BATCHES_AHEAD, prepare)) {
    // Fresh memory for each batch would cost more than what is done with it.
    if (values.length < indices.length * squareBytes) values = new Float32Array(indices.length * squareBytes);
    const pixels = values.subarray(0, indices.length * squareBytes);
    squares.forEach((square, i) => {
      normalize(square, pixels.subarray(i * squareBytes, (i + 1) * squareBytes));
    });
    if (buffer !== null) buffers.giveBack(buffer);
    yield { pixels, labels: Int32Array.from(indices, (index) => labels[index]), imageSize };
  }

  async function prepare({ indices: wanted, crop }: ImageRequest): Promise<PreparedBatch> {
    const indices = Int32Array.from(wanted);
    const squaresOf = (bytes: Uint8Array, places: ArrayLike<number>): Uint8Array[] =>
      Array.from(places, (place) => bytes.subarray(place * squareBytes, (place + 1) * squareBytes));
    if (held !== null && crop === null) return { indices, squares: squaresOf(held, indices), buffer: null };
    const buffer = buffers.take(indices.length * squareBytes);
    const samples = Array.from(indices, (index) => source.samples[index]);
    const { pool, pack } = source;
    await pool.decode({ pack, samples, imageSize, crop, target: buffer, start: 0 });
    return { indices, squares: squaresOf(new Uint8Array(buffer), [...indices.keys()]), buffer };
  }
}

interface PreparedBatch {
  readonly indices: Int32Array;
  /** S × S × 3 bytes for each index. */
  readonly squares: readonly Uint8Array[];
  /** What the squares lie in, if it can be used for another batch. */
  readonly buffer: SharedArrayBuffer | null;
}

/** Memory of earlier batches, to be used again. */
class BufferPool {
  readonly #free: SharedArrayBuffer[] = [];

  take(byteLength: number): SharedArrayBuffer {
    const found = this.#free.findIndex((buffer) => buffer.byteLength >= byteLength);
    return found < 0 ? new SharedArrayBuffer(byteLength) : this.#free.splice(found, 1)[0];
  }

  giveBack(buffer: SharedArrayBuffer): void {
    this.#free.push(buffer);
  }
}
