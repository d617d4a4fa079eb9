import { createHash, type Hash } from 'node:crypto';
import { mkdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './atomic-file';
import { hashFile } from './sha256';

/** What a finished writer made. */
export interface StoredArtifact {
  /** SHA-256 of the bytes; the artifact's name. */
  readonly id: string;
  readonly sizeBytes: number;
}

/** Writes one artifact piece by piece; nothing is visible in the store before `finish`. */
export class ArtifactWriter {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #pathOf: (id: string) => string;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;

  /**
   * @param file the open temporary file
   * @param temporary its path
   * @param pathOf where the store keeps the artifact of an id
   */
  constructor(file: FileHandle, temporary: string, pathOf: (id: string) => string) {
    this.#file = file;
    this.#temporary = temporary;
    this.#pathOf = pathOf;
  }

  /** Appends bytes and returns the offset at which they start. */
  async write(bytes: Uint8Array): Promise<number> {
    const offset = this.#sizeBytes;
    await this.#file.writeFile(bytes);
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.byteLength;
    return offset;
  }

  /**
   * Flushes the file to disk and moves it to the name its hash gives it. A file of that name
   * whose bytes are intact is left as it is; a damaged one is replaced.
   */
  async finish(): Promise<StoredArtifact> {
    await this.#file.sync();
    await this.#file.close();
    const id = this.#hash.digest('hex');
    const path = this.#pathOf(id);
    if ((await hashFile(path).catch(() => null)) === id) {
      await rm(this.#temporary);
    } else {
      await mkdir(dirname(path), { recursive: true });
      await rename(this.#temporary, path);
      await syncDirectory(dirname(path));
    }
    return { id, sizeBytes: this.#sizeBytes };
  }

  /** Gives up: removes what was written. */
  async abort(): Promise<void> {
    await this.#file.close();
    await rm(this.#temporary, { force: true });
  }
}
