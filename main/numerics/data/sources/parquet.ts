import { openFile } from '#numerics/files/byte-source';
import { captionLabel, noCaption } from './captions';
import { type LabeledClasses, type RawLabel } from './class-labels';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
} from './dataset-source';
import { chooseColumns, type ChosenColumns } from './parquet-columns';
import { readParquetFooter, type ParquetFile } from './parquet-file';
import { readColumn } from './parquet-pages';
import { openShardedSource, TextPool, type Shard } from './sharded-source';
import { layoutError } from './source-errors';

/**
 * Reads Parquet files with encoded images in one column and labels or captions in another, as Hugging Face
 * `datasets` writes them: one file, or shards such as `train-00000-of-00002.parquet` or `train/0000.parquet`. Labels
 * are read when the source is opened, images with one page in memory at a time. Images are named by their
 * part and row.
 */
export const parquetReader: DatasetReader = {
  format: 'parquet',
  title: 'Parquet with images',
  recognize: (listing) => {
    const first = listShards(listing).at(0);
    return first === undefined ? null : `it has the Parquet file ${first}`;
  },
  open: openParquet,
};

interface ParquetShard extends Shard {
  /** Path inside the source. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly columns: ChosenColumns;
}

async function openParquet(listing: SourceListing): Promise<DatasetSource> {
  const names = listShards(listing);
  if (names.length === 0) throw layoutError(listing.path, 'there is no .parquet file', '');
  const texts = new TextPool();
  let first: ParquetShard | null = null;
  return openShardedSource(listing, {
    format: 'parquet',
    names,
    openShard: async (path, name) => {
      const shard = await openShard(listing, path, name, texts);
      first ??= shard;
      requireAgreement(listing, first, shard);
      return shard;
    },
    describe: ([{ columns }]) =>
      Promise.resolve({
        classNames: columns.names,
        captioned: columns.isCaptioned ? (shard) => shard : null,
        notes: columns.notes,
      }),
    readImages,
  });
}

function listShards({ files }: SourceListing): string[] {
  return files.filter((name) => name.toLowerCase().endsWith('.parquet'));
}

async function openShard(
  listing: SourceListing,
  path: string,
  name: string,
  texts: TextPool,
): Promise<ParquetShard> {
  const source = await openFile(path, 'dataset_format');
  try {
    const file = await readParquetFooter(source);
    const columns = chooseColumns(file);
    if (typeof columns === 'string') throw layoutError(listing.path, `in "${name}" ${columns}`, name);
    return { name, path, columns, labels: await readLabels(file, columns, texts) };
  } finally {
    await source.close();
  }
}

async function readLabels(
  file: ParquetFile,
  { label: column, isCaptioned }: ChosenColumns,
  texts: TextPool,
): Promise<RawLabel[]> {
  const labels: RawLabel[] = [];
  for await (const values of readColumn(file, column)) {
    for (const value of values) {
      if (value === null) labels.push(isCaptioned ? noCaption : { reason: 'it has no label' });
      else if (typeof value === 'number') labels.push(value);
      else labels.push(keepLabel(Buffer.from(value).toString('utf8'), isCaptioned, texts));
    }
  }
  return labels;
}

function keepLabel(text: string, isCaptioned: boolean, texts: TextPool): RawLabel {
  const label = isCaptioned ? captionLabel(text) : text;
  return typeof label === 'string' ? texts.keep(label) : label;
}

function requireAgreement(listing: SourceListing, first: ParquetShard, shard: ParquetShard): void {
  const describe = ({ columns: { image, label, names } }: ParquetShard): string =>
    JSON.stringify([image.path, label.path, label.isText, names]);
  if (describe(first) === describe(shard)) return;
  const problem = `"${shard.name}" has other columns or class names than "${first.name}"`;
  throw layoutError(listing.path, problem, shard.name);
}

async function* readImages(
  part: string,
  shards: readonly ParquetShard[],
  count: number,
  { indexOf }: LabeledClasses,
): AsyncGenerator<SourceImage | RefusedEntry, void, void> {
  const digits = String(Math.max(0, count - 1)).length;
  let start = 0;
  for (const { path, columns, labels } of shards) {
    const source = await openFile(path, 'dataset_format');
    try {
      let row = 0;
      for await (const values of readColumn(await readParquetFooter(source), columns.image)) {
        for (const bytes of values) {
          const name = `${part}/${String(start + row).padStart(digits, '0')}`;
          const label = indexOf(labels[row] ?? { reason: 'it has no label' });
          row++;
          if (typeof label === 'object') yield { file: name, reason: label.reason };
          else if (!(bytes instanceof Uint8Array)) yield { file: name, reason: 'it has no image' };
          else yield { name, label, read: () => Promise.resolve(bytes) };
        }
      }
      start += row;
    } finally {
      await source.close();
    }
  }
}
