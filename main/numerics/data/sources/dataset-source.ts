import type { SplitName } from '#contract/specs/common';
import type { DatasetFormat } from '#contract/specs/dataset-format';

/** An image that a source holds; its bytes are read when they are asked for. */
export interface SourceImage {
  /** Unique within the source and stable: a path inside it, or `<part>/<number>` where images have no names. */
  readonly name: string;
  /** 0-based index into the classes of the source. */
  readonly label: number;
  /**
   * Reads the encoded image: PNG, JPEG, WebP or binary Netpbm (P5, P6), the last for sources of raw pixels.
   * A rejection, or bytes that do not decode, costs this image alone.
   */
  readonly read: () => Promise<Uint8Array>;
}

/** An entry of a source that is left out of a dataset, and why. */
export interface RefusedEntry {
  /** Name of the image or path of the file, inside the source. */
  readonly file: string;
  /** Why, as a clause about it: "its label 12 has no class". */
  readonly reason: string;
}

/** A named portion of a source as its files divide it: a folder, a shard group, a list. */
export interface SourcePart {
  /** Number of entries that `images` yields, both kinds together. */
  readonly count: number;
  /** Yields the entries in the order of the source; may be asked for again. */
  readonly images: () => AsyncIterable<SourceImage | RefusedEntry>;
}

/** Which parts of a source, one after the other, make each split; an empty `val` is drawn from `train`. */
export type PartAssignment = Readonly<Record<SplitName, readonly string[]>>;

/** A dataset on the user's disk, opened but not read. */
export interface DatasetSource {
  readonly format: DatasetFormat;
  /** Names of the classes; a label is an index into this list. At least two, all different. */
  readonly classes: readonly string[];
  /** Whether the classes are the distinct captions of the images. */
  readonly hasCaptions?: boolean;
  readonly parts: ReadonlyMap<string, SourcePart>;
  /**
   * Whether the images of a split are ordered by label, then by name, over all its parts, as torchvision's
   * ImageFolder lists them; else they stand in the order of the parts.
   */
  readonly isSortedByClass: boolean;
  /** How the parts make splits unless someone says otherwise. */
  readonly assignment: PartAssignment;
  /** Entries outside all parts that are not what the format has there. */
  readonly refused: readonly RefusedEntry[];
  /** What was assumed because the files do not say it, for people. */
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
}

/** What lies at a path, listed once for all readers. */
export interface SourceListing {
  /** Absolute path of a file or folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /**
   * Relative paths of all files, with `/` between names, in code-unit order; for a single file its
   * name alone. Names that begin with a dot are left out.
   */
  readonly files: readonly string[];
}

/** Reads one dataset format. */
export interface DatasetReader {
  readonly format: DatasetFormat;
  /** The format's name for people. */
  readonly title: string;
  /** Says from names alone why the listing is of this format ("it has train/ with class folders"); null if it is not. */
  readonly recognize: (listing: SourceListing) => string | null;
  /**
   * Opens the source and checks what can be checked without decoding images.
   *
   * @throws {AppError} `dataset_layout` if files are missing or not where the format has them;
   *   `dataset_format` if a file is damaged; `source_missing` if one cannot be read
   */
  readonly open: (listing: SourceListing) => Promise<DatasetSource>;
}
