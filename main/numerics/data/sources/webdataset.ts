import { join } from 'node:path';
import type { AppError } from '#contract/errors';
import { type LabeledClasses, type RawLabel } from './class-labels';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
} from './dataset-source';
import { readList } from './read-list';
import { openShardedSource, TextPool, type Shard } from './sharded-source';
import { formatError, layoutError } from './source-errors';
import { noImage, readTarSamples } from './tar-samples';

const LARGEST_NAME_LIST = 4_000_000;
const nameLists = ['classnames.txt', 'classes.txt'];

/**
 * Reads WebDataset shards: tar archives, plain or with gzip, in which files that agree in their path up
 * to the first dot of the name form a sample. The image is known by its extension, the label is in a
 * `.cls` file or in the field `label`, `cls` or `class_id` of a `.json` file. If no sample has a label, the
 * captions in `.txt` files are taken. Names of classes come from `classnames.txt` or `classes.txt` beside the
 * shards, one a line. Names are the path of the shard, then
 * that of the image inside it. The archives are read twice: for labels when the source is opened, for
 * images when a part is read.
 */
export const webdatasetReader: DatasetReader = {
  format: 'webdataset',
  title: 'WebDataset',
  recognize: (listing) => {
    const first = listShards(listing).at(0);
    return first === undefined ? null : `it has the archive ${first}`;
  },
  open: openWebdataset,
};

interface TarShard extends Shard {
  /** Path inside the source. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** The caption of each entry, or why it is refused where captions are the classes. */
  readonly captions: readonly RawLabel[];
}

async function openWebdataset(listing: SourceListing): Promise<DatasetSource> {
  const names = listShards(listing);
  if (names.length === 0) throw layoutError(listing.path, 'there is no .tar, .tar.gz or .tgz file', '');
  const texts = new TextPool();
  return openShardedSource(listing, {
    format: 'webdataset',
    names,
    openShard: async (path, name): Promise<TarShard> => ({
      name,
      path,
      ...(await readLabels(path, texts)),
    }),
    describe: async (shards) => {
      if (shards.every(({ labels }) => labels.every((label) => label === noImage))) {
        throw layoutError(listing.path, 'no file in the archives is an image', '');
      }
      const isCaptioned =
        !shards.some(({ labels }) => labels.some(isPresent)) &&
        shards.some(({ captions }) => captions.some(isPresent));
      return isCaptioned
        ? { classNames: null, captioned: (shard) => ({ ...shard, labels: shard.captions }), notes: [] }
        : { classNames: await readClassNames(listing), captioned: null, notes: [] };
    },
    readImages,
  });
}

function listShards({ files }: SourceListing): string[] {
  return files.filter((name) => /\.(?:tar|tar\.gz|tgz)$/i.test(name));
}

function isPresent(label: RawLabel): boolean {
  return typeof label !== 'object';
}

async function readLabels(
  path: string,
  texts: TextPool,
): Promise<{ labels: readonly RawLabel[]; captions: readonly RawLabel[] }> {
  const labels: RawLabel[] = [];
  const captions: RawLabel[] = [];
  const keys = new Set<string>();
  const keep = (label: RawLabel): RawLabel => (typeof label === 'string' ? texts.keep(label) : label);
  for await (const { key, label, caption } of readTarSamples(path, 'labels')) {
    const scattered = keys.has(key)
      ? { reason: 'its files are not next to each other in the archive' }
      : null;
    labels.push(scattered ?? keep(label));
    captions.push(scattered ?? keep(caption));
    keys.add(key);
  }
  return { labels, captions };
}

async function* readImages(
  _part: string,
  shards: readonly TarShard[],
  _count: number,
  { indexOf }: LabeledClasses,
): AsyncGenerator<SourceImage | RefusedEntry, void, void> {
  for (const { name: shard, path, labels } of shards) {
    let position = 0;
    for await (const { key, image, bytes } of readTarSamples(path, 'images')) {
      const name = `${shard}/${image ?? key}`;
      const label = position < labels.length ? indexOf(labels[position]) : undefined;
      position++;
      if (label === undefined) throw changed(path);
      if (typeof label === 'object') yield { file: name, reason: label.reason };
      else if (bytes === null) throw changed(path);
      else yield { name, label, read: () => Promise.resolve(bytes) };
    }
    if (position !== labels.length) throw changed(path);
  }
}

function changed(path: string): AppError {
  return formatError(path, 'it was changed while it was being read');
}

async function readClassNames({ path, isFolder, files }: SourceListing): Promise<string[] | null> {
  const lists = files.filter((name) => nameLists.includes(name.slice(name.lastIndexOf('/') + 1)));
  if (!isFolder || lists.length === 0) return null;
  const list = join(
    path,
    lists.reduce((best, name) => (name.length < best.length ? name : best)),
  );
  // The decoder drops the mark that some editors put before the first line.
  const text = new TextDecoder().decode(await readList(list, LARGEST_NAME_LIST));
  const names = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  if (names.includes('')) throw formatError(list, `its line ${names.indexOf('') + 1} is empty`);
  if (new Set(names).size < names.length) throw formatError(list, 'it has a name more than once');
  return names;
}
