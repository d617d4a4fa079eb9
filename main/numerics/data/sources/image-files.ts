import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RefusedEntry, type SourceImage, type SourcePart } from './dataset-source';

/** Extensions of the image formats that are read, in lower case. */
const imageExtensions = ['png', 'jpg', 'jpeg', 'webp', 'ppm', 'pgm'];

/** The extensions for people. */
export const imageExtensionList = 'png, jpg, jpeg, webp, ppm or pgm';

/** Says whether a file name has one of the extensions of the image formats that are read. */
export function isImageName(name: string): boolean {
  return imageExtensions.includes(extensionOf(name));
}

/** What follows the last dot of a name, in lower case; empty if there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 || name.includes('/', dot) ? '' : name.slice(dot + 1).toLowerCase();
}

/**
 * Makes the `read` of a source image that is a file of its own.
 *
 * @param folder absolute path of the folder
 * @param name path inside it, with `/` on every system
 */
export function readLater(folder: string, name: string): () => Promise<Uint8Array> {
  return () => readFile(join(folder, ...name.split('/')));
}

/** Makes a part of entries that are known one by one. */
export function makePart(entries: readonly (SourceImage | RefusedEntry)[]): SourcePart {
  return {
    count: entries.length,
    images: () => ({
      [Symbol.asyncIterator]: () => {
        const iterator = entries.values();
        return { next: () => Promise.resolve(iterator.next()) };
      },
    }),
  };
}
