import { dirname, join } from 'node:path';
import type { DatasetFormat } from '#contract/specs/dataset-format';
import { findClasses, type LabeledClasses, type RawLabel } from './class-labels';
import { type DatasetSource, type SourceListing, type SourcePart } from './dataset-source';
import { assignParts, groupShards } from './split-parts';

/** A file that holds some of the entries of a part, and has been looked through for labels. */
export interface Shard {
  /** The label of each entry, or why it is refused. */
  readonly labels: readonly RawLabel[];
}

/** A format whose parts are groups of files. */
export interface ShardedFormat<S extends Shard> {
  readonly format: DatasetFormat;
  /** Listed paths of the shards, in order; at least one. */
  readonly names: readonly string[];
  /** Looks through a shard, given its absolute path and its name inside the source. */
  readonly openShard: (path: string, name: string) => Promise<S>;
  /**
   * Once all shards are open, finds the names of the classes, if the source has any, and what was assumed.
   * Where captions are the classes, `captioned` makes a shard whose labels are its captions.
   */
  readonly describe: (shards: readonly S[]) => Promise<{
    readonly classNames: readonly string[] | null;
    readonly captioned: ((shard: S) => S) | null;
    readonly notes: readonly string[];
  }>;
  /** Yields the `count` entries of a part. */
  readonly readImages: (
    part: string,
    shards: readonly S[],
    count: number,
    classes: LabeledClasses,
  ) => ReturnType<SourcePart['images']>;
}

/**
 * Opens a source that is divided into shards: groups them into parts by their names, and finds the classes
 * that the labels of all of them speak of.
 *
 * @param listing what lies at the path
 * @param sharded the format
 * @throws {AppError} what opening a shard throws, and `dataset_layout` as `findClasses`
 */
export async function openShardedSource<S extends Shard>(
  listing: SourceListing,
  sharded: ShardedFormat<S>,
): Promise<DatasetSource> {
  const { format, names, openShard, describe, readImages } = sharded;
  const grouped = groupShards(names);
  const folder = listing.isFolder ? listing.path : dirname(listing.path);
  const shards = new Map<string, S[]>();
  for (const [part, files] of grouped.parts) {
    const ofPart: S[] = [];
    for (const name of files) ofPart.push(await openShard(join(folder, name), name));
    shards.set(part, ofPart);
  }
  const all = [...shards.values()].flat();
  const { classNames, captioned, notes } = await describe(all);
  const labeled = [...shards].map(([part, ofPart]) => [part, ofPart.map(captioned ?? same)] as const);
  const labels = labeled.flatMap(([, ofPart]) => ofPart.map((shard) => shard.labels));
  const what = captioned === null ? 'label' : 'caption';
  const classes = findClasses(labels, classNames, listing.path, what);
  const parts = labeled.map(([part, ofPart]) => {
    const count = ofPart.reduce((sum, shard) => sum + shard.labels.length, 0);
    return [part, { count, images: () => readImages(part, ofPart, count, classes) }] as const;
  });
  const assigned = assignParts([...shards.keys()]);
  return {
    format,
    classes: classes.classes,
    hasCaptions: captioned !== null,
    parts: new Map(parts),
    assignment: assigned.assignment,
    isSortedByClass: false,
    refused: [],
    notes: [...grouped.notes, ...assigned.notes, ...notes, ...classes.notes],
    close: () => Promise.resolve(),
  };
}

function same<T>(value: T): T {
  return value;
}

/** Keeps one copy of each text, however often it is read. */
export class TextPool {
  readonly #known = new Map<string, string>();

  /**
   * Returns the copy that is kept.
   *
   * @param text any text
   */
  keep(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, text);
    return text;
  }
}
