import { dirname, join } from 'node:path';
import { openFile } from '#numerics/files/byte-source';
import { findClasses, type LabeledClasses, type RawLabel } from './class-labels';
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
import { layoutError } from './source-errors';
import { assignParts, groupShards } from './split-parts';

/**
 * Reads Parquet files with encoded images in one column and labels in another, as Hugging Face `datasets`
 * writes them: one file, or shards such as `train-00000-of-00002.parquet` or `train/0000.parquet`. Labels
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

interface Shard {
  /** Path inside the source. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly columns: ChosenColumns;
  /** The label of each row, or why it is refused. */
  readonly labels: readonly RawLabel[];
}

async function openParquet(listing: SourceListing): Promise<DatasetSource> {
  const names = listShards(listing);
  if (names.length === 0) throw layoutError(listing.path, 'there is no .parquet file', '');
  const grouped = groupShards(names);
  const folder = listing.isFolder ? listing.path : dirname(listing.path);
  const shards = new Map<string, Shard[]>();
  const known = new Map<string, string>();
  let first: Shard | null = null;
  for (const [part, files] of grouped.parts) {
    const ofPart: Shard[] = [];
    for (const name of files) {
      const shard = await openShard(listing, join(folder, name), name, known);
      first ??= shard;
      requireAgreement(listing, first, shard);
      ofPart.push(shard);
    }
    shards.set(part, ofPart);
  }
  const { columns } = first!;
  const labels = [...shards.values()].flat().map((shard) => shard.labels);
  const classes = findClasses(labels, columns.names, listing.path);
  const parts = [...shards].map(([part, ofPart]) => {
    const count = ofPart.reduce((sum, shard) => sum + shard.labels.length, 0);
    return [part, { count, images: () => readImages(part, ofPart, count, classes) }] as const;
  });
  const { assignment, notes } = assignParts([...shards.keys()]);
  return {
    format: 'parquet',
    classes: classes.classes,
    parts: new Map(parts),
    assignment,
    isSortedByClass: false,
    refused: [],
    notes: [...grouped.notes, ...notes, ...columns.notes, ...classes.notes],
    close: () => Promise.resolve(),
  };
}

function listShards({ files }: SourceListing): string[] {
  return files.filter((name) => name.toLowerCase().endsWith('.parquet'));
}

async function openShard(
  listing: SourceListing,
  path: string,
  name: string,
  known: Map<string, string>,
): Promise<Shard> {
  const source = await openFile(path, 'dataset_format');
  try {
    const file = await readParquetFooter(source);
    const columns = chooseColumns(file);
    if (typeof columns === 'string') throw layoutError(listing.path, `in "${name}" ${columns}`, name);
    return { name, path, columns, labels: await readLabels(file, columns, known) };
  } finally {
    await source.close();
  }
}

/** `known` holds each label text once, however many rows have it. */
async function readLabels(
  file: ParquetFile,
  { label: column }: ChosenColumns,
  known: Map<string, string>,
): Promise<RawLabel[]> {
  const labels: RawLabel[] = [];
  for await (const values of readColumn(file, column)) {
    for (const value of values) {
      if (value === null) labels.push({ reason: 'it has no label' });
      else if (typeof value === 'number') labels.push(value);
      else {
        const text = Buffer.from(value).toString('utf8');
        if (!known.has(text)) known.set(text, text);
        labels.push(known.get(text)!);
      }
    }
  }
  return labels;
}

function requireAgreement(listing: SourceListing, first: Shard, shard: Shard): void {
  const describe = ({ columns: { image, label, names } }: Shard): string =>
    JSON.stringify([image.path, label.path, label.isText, names]);
  if (describe(first) === describe(shard)) return;
  const problem = `"${shard.name}" has other columns or class names than "${first.name}"`;
  throw layoutError(listing.path, problem, shard.name);
}

async function* readImages(
  part: string,
  shards: readonly Shard[],
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
