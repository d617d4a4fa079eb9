import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
} from '#numerics/data/sources/dataset-source';
import { listSource } from '#numerics/data/sources/list-source';
import { tempFolder } from '#test/support/temp-folder';

/** Content of files that nothing decodes. */
export const anyBytes = Uint8Array.of(1);

/** Where fixtures made by other programs are. */
export const fixtureFolder = join(import.meta.dirname, '../../../fixtures/datasets');

/** Writes files into a folder, a temporary one unless it is given; names alone stand for some byte. */
export function writeTree(
  files: readonly string[] | Readonly<Record<string, string | Uint8Array>>,
  folder = tempFolder(),
): string {
  const contents = Array.isArray(files)
    ? files.map((name) => [name as string, anyBytes] as const)
    : Object.entries(files);
  for (const [name, content] of contents) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Opens what lies at a path without asking whether the reader recognizes it. */
export async function openPath(reader: DatasetReader, path: string): Promise<DatasetSource> {
  return reader.open(await listSource(path));
}

/** All entries of a part, with their number checked. */
export async function entriesOf(
  source: DatasetSource,
  part: string,
): Promise<(SourceImage | RefusedEntry)[]> {
  const { count, images } = source.parts.get(part)!;
  const entries: (SourceImage | RefusedEntry)[] = [];
  for await (const entry of images()) entries.push(entry);
  expect(entries).toHaveLength(count);
  return entries;
}

/** The entries of a part as lines: `name: class` or `name refused: reason`. */
export async function linesOf(source: DatasetSource, part: string): Promise<string[]> {
  const entries = await entriesOf(source, part);
  return entries.map((entry) =>
    'reason' in entry
      ? `${entry.file} refused: ${entry.reason}`
      : `${entry.name}: ${source.classes[entry.label]}`,
  );
}

/** Reads a source to its end as an import does: an image that cannot be read is no fault. */
export async function readToEnd(reader: DatasetReader, listing: SourceListing): Promise<void> {
  const source = await reader.open(listing);
  try {
    for (const { images } of source.parts.values()) {
      for await (const entry of images()) {
        if ('read' in entry) await entry.read().catch(() => undefined);
      }
    }
  } finally {
    await source.close();
  }
}

/** Matches a `dataset_layout` error that names a place. */
export function layoutErrorAt(place: string): object {
  return expect.objectContaining({
    code: 'dataset_layout',
    data: expect.objectContaining({ place }) as unknown,
    message: expect.stringContaining(place) as unknown,
  }) as object;
}

/** Matches a `dataset_format` error that names a file and says something about it. */
export function formatErrorAt(file: string, problem: string): object {
  return expect.objectContaining({
    code: 'dataset_format',
    data: expect.objectContaining({ file: expect.stringContaining(file) as unknown }) as unknown,
    message: expect.stringContaining(problem) as unknown,
  }) as object;
}
