import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '#contract/errors';
import { type CropKey } from '../crop-box';
import { type DatasetSample } from '../dataset-manifest';
import { decodeSquare } from '../preprocess';

/** Most encoded images fit into so many bytes. */
const LEAST_BUFFER = 2 ** 18;

/** The file that encoded images lie in. */
export interface PackFile {
  readonly path: string;
  readonly artifactId: string;
  /** What messages call it, for example `pets train`. */
  readonly label: string;
}

/** Images to be decoded; plain data, so that a thread can be sent it. */
export interface DecodeJob {
  readonly pack: PackFile;
  readonly samples: readonly DatasetSample[];
  /** S, side of the squares in pixels. */
  readonly imageSize: number;
  /** The random crop of the first image, those of the others follow; null for the center of each. */
  readonly crop: CropKey | null;
  /** Takes the squares, S × S × 3 bytes each, from byte `start` on. */
  readonly target: SharedArrayBuffer;
  readonly start: number;
}

/**
 * Decodes images of a pack into squares.
 *
 * @param job see {@link DecodeJob}
 * @returns when all of them lie in the target
 * @throws {AppError} `artifact_damaged` if the pack is missing or shorter than its index, or if the
 *   bytes of an image are not those imported
 */
export async function runDecodeJob(job: DecodeJob): Promise<void> {
  const file = await openPack(job.pack);
  try {
    for (const i of job.samples.keys()) await decodeSample(job, file, i);
  } finally {
    await file.close();
  }
}

async function decodeSample(job: DecodeJob, file: FileHandle, i: number): Promise<void> {
  const { imageSize, crop, samples } = job;
  const squareBytes = imageSize * imageSize * 3;
  const buffer = takeBuffer(samples[i].length);
  const bytes = await readSample(job.pack, file, samples[i], buffer);
  await decodeSquare(bytes, imageSize, {
    crop: crop === null ? null : { seed: crop.seed, position: crop.position + i },
    target: new Uint8Array(job.target, job.start + i * squareBytes, squareBytes),
  });
  freeBuffers.push(buffer);
}

/** Memory for encoded images that is not in use; fresh memory for each one takes long. */
const freeBuffers: Buffer[] = [];

function takeBuffer(length: number): Buffer {
  const buffer = freeBuffers.pop();
  return buffer !== undefined && buffer.length >= length
    ? buffer
    : Buffer.allocUnsafeSlow(Math.max(length, LEAST_BUFFER));
}

async function openPack({ path, artifactId, label }: PackFile): Promise<FileHandle> {
  return open(path, 'r').catch((cause: unknown) => {
    const message = `The image pack of ${label} is missing from the store.`;
    throw new AppError('artifact_damaged', message, { artifactId }, { cause });
  });
}

async function readSample(
  pack: PackFile,
  file: FileHandle,
  sample: DatasetSample,
  buffer: Buffer,
): Promise<Uint8Array> {
  const bytes = buffer.subarray(0, sample.length);
  const { bytesRead } = await file.read(bytes, 0, sample.length, sample.offset);
  if (bytesRead !== sample.length) {
    throw new AppError('artifact_damaged', `The image pack of ${pack.label} is shorter than its index.`, {
      artifactId: pack.artifactId,
    });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sample.sha256) {
    throw new AppError('artifact_damaged', `The stored bytes of ${sample.name} are not those imported.`, {
      file: sample.name,
    });
  }
  return bytes;
}
