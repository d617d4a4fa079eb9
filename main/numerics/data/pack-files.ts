import { type DatasetManifest, type DatasetSample } from './dataset-manifest';
import { inspectImage } from './inspect-image';
import { mapInOrder } from './map-in-order';
import { type ImageFile, type RefusedFile } from './read-image-folder';

const CONCURRENT_READS = 4;

/** Takes the bytes of one pack. After `finish` or `discard` it is not used again. */
export interface PackWriter {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Stores the pack and returns its artifact id. */
  readonly finish: () => Promise<string>;
  /** Drops what was written. */
  readonly discard: () => Promise<void>;
}

/** A file that was accepted although something is odd about it. */
export interface FileWarning {
  /** Path inside the imported folder, with `/` on every system. */
  readonly file: string;
  readonly message: string;
}

/** What is known about the files so far; `packFiles` adds to it. */
export interface Findings {
  readonly refused: RefusedFile[];
  readonly warnings: FileWarning[];
  /** Extremes over the accepted images, in pixels. */
  readonly imageSize: DatasetManifest['imageSize'];
}

/**
 * Writes the encoded bytes of all files that decode into a pack, one after the other in the given
 * order. At most four files are held in memory.
 *
 * @param files the files of one split
 * @param pack receives the bytes; it is neither finished nor discarded here
 * @param findings is told about refused files, warnings and image sizes
 * @param advance called before each file; the work ends when it returns `false`
 * @returns where each accepted file lies in the pack, or `null` if `advance` ended the work
 */
export async function packFiles(
  files: readonly ImageFile[],
  pack: PackWriter,
  findings: Findings,
  advance: () => boolean,
): Promise<DatasetSample[] | null> {
  const samples: DatasetSample[] = [];
  let offset = 0;
  for await (const image of mapInOrder(files, CONCURRENT_READS, inspectImage)) {
    if (!advance()) return null;
    if ('reason' in image) {
      findings.refused.push(image);
      continue;
    }
    await pack.write(image.bytes);
    const { name, label } = image.file;
    samples.push({ name, label, offset, length: image.bytes.length, sha256: image.sha256 });
    offset += image.bytes.length;
    widen(findings.imageSize, image);
    if (image.warning !== null) findings.warnings.push({ file: name, message: image.warning });
  }
  return samples;
}

function widen(range: DatasetManifest['imageSize'], image: { width: number; height: number }): void {
  range.minWidth = Math.min(range.minWidth, image.width);
  range.maxWidth = Math.max(range.maxWidth, image.width);
  range.minHeight = Math.min(range.minHeight, image.height);
  range.maxHeight = Math.max(range.maxHeight, image.height);
}
