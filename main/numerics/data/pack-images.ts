import { type DatasetManifest, type DatasetSample } from './dataset-manifest';
import type { HashedImage } from './find-leaks';
import { inspectImage } from './inspect-image';
import { mapInOrder } from './map-in-order';
import type { RefusedEntry, SourcePart } from './sources/dataset-source';

const CONCURRENT_READS = 4;

/** Takes the bytes of one pack. After `finish` or `discard` it is not used again. */
export interface PackWriter {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Stores the pack and returns its artifact id. */
  readonly finish: () => Promise<string>;
  /** Drops what was written. */
  readonly discard: () => Promise<void>;
}

/** A packed image, with what only the import needs to know of it. */
export interface PackedImage extends HashedImage {
  readonly sample: DatasetSample;
}

/** An image of a source and what became of it; one that cannot be used keeps its place in the order. */
export interface PlacedImage {
  readonly name: string;
  readonly label: number;
  /** Null if it was refused. */
  readonly packed: PackedImage | null;
}

/** What is known of the entries so far; `packImages` adds to it. */
export interface Findings {
  readonly refused: RefusedEntry[];
  readonly warnings: RefusedEntry[];
  /** Extremes over the accepted images, in pixels. */
  readonly imageSize: DatasetManifest['imageSize'];
}

/**
 * Writes the encoded bytes of all images that decode into a pack, one after the other in the order of the
 * source. At most four images are held in memory.
 *
 * @param parts of the source that make one split
 * @param pack receives the bytes; it is neither finished nor discarded here
 * @param findings is told about refused entries, warnings and image sizes
 * @param advance called before each entry; the work ends when it returns `false`
 * @returns the images in the order of the source, or `null` if `advance` ended the work
 */
export async function packImages(
  parts: readonly SourcePart[],
  pack: PackWriter,
  findings: Findings,
  advance: () => boolean,
): Promise<PlacedImage[] | null> {
  const placed: PlacedImage[] = [];
  let offset = 0;
  for (const part of parts) {
    const inspected = mapInOrder(part.images(), CONCURRENT_READS, async (entry) => ({
      entry,
      found: 'reason' in entry ? entry : await inspectImage(entry),
    }));
    for await (const { entry, found } of inspected) {
      if (!advance()) return null;
      if ('reason' in found) {
        findings.refused.push(found);
        if ('label' in entry) placed.push({ name: entry.name, label: entry.label, packed: null });
        continue;
      }
      await pack.write(found.bytes);
      const { name, label } = found.image;
      const sample = { name, label, offset, length: found.bytes.length, sha256: found.sha256 };
      placed.push({ name, label, packed: { name, pixelHash: found.pixelHash, sample } });
      offset += found.bytes.length;
      widen(findings.imageSize, found);
      if (found.warning !== null) findings.warnings.push({ file: name, reason: found.warning });
    }
  }
  return placed;
}

function widen(range: DatasetManifest['imageSize'], image: { width: number; height: number }): void {
  range.minWidth = Math.min(range.minWidth, image.width);
  range.maxWidth = Math.max(range.maxWidth, image.width);
  range.minHeight = Math.min(range.minHeight, image.height);
  range.maxHeight = Math.max(range.maxHeight, image.height);
}
