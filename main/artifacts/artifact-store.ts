import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#contract/errors';
import { ArtifactWriter, type StoredArtifact } from './artifact-writer';
import { hashFile } from './sha256';

/** Node.js ends the process if it is asked for 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/** Temporary files older than this belong to a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Immutable files named by the SHA-256 of their bytes, in `<root>/<first two digits>/<the rest>`.
 * Any number of processes may write at once: equal bytes have equal names, and a file appears under
 * its name only when it is whole.
 */
export class ArtifactStore {
  readonly root: string;
  /** Folder of what is being written, and of what killed processes left half written. */
  readonly incoming: string;

  /** @param root folder of the store; made when something is first written */
  constructor(root: string) {
    this.root = root;
    this.incoming = join(root, 'incoming');
  }

  /** Returns where the artifact of an id is, whether or not it exists. */
  pathOf(id: string): string {
    return join(this.root, id.slice(0, 2), id.slice(2));
  }

  /** Opens a writer for an artifact that is made piece by piece. */
  async openWriter(): Promise<ArtifactWriter> {
    await mkdir(this.incoming, { recursive: true });
    const temporary = join(this.incoming, randomUUID());
    const file = await open(temporary, 'wx');
    return new ArtifactWriter(file, temporary, (id) => this.pathOf(id));
  }

  /** Stores bytes. */
  async put(bytes: Uint8Array): Promise<StoredArtifact> {
    const writer = await this.openWriter();
    try {
      await writer.write(bytes);
      return await writer.finish();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
  }

  /** Whether a file of this name, and of this size if one is given, is there; its content is not read. */
  async has(id: string, sizeBytes?: number): Promise<boolean> {
    const found = await stat(this.pathOf(id)).catch(() => null);
    return found !== null && (sizeBytes === undefined || found.size === sizeBytes);
  }

  /**
   * Reads a whole artifact and checks its hash.
   *
   * @param id the artifact
   * @returns its bytes
   * @throws {AppError} `artifact_damaged` if it is missing or its bytes do not have this hash
   */
  async read(id: string): Promise<Buffer> {
    const file = await this.openFile(id);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.allocUnsafeSlow(size);
      const hash = createHash('sha256');
      for (let done = 0; done < size;) {
        const { bytesRead } = await file.read(bytes, done, Math.min(LARGEST_READ, size - done), done);
        if (bytesRead === 0) throw damaged(id, 'became shorter while it was read');
        hash.update(bytes.subarray(done, done + bytesRead));
        done += bytesRead;
      }
      if (hash.digest('hex') === id) return bytes;
      throw damaged(id, 'was altered: its bytes no longer have its hash');
    } finally {
      await file.close();
    }
  }

  /**
   * Opens an artifact for reading parts of it.
   *
   * @param id the artifact
   * @returns a file handle that the caller closes
   * @throws {AppError} `artifact_damaged` if it is missing
   */
  async openFile(id: string): Promise<FileHandle> {
    return open(this.pathOf(id), 'r').catch((cause: unknown) => {
      const code = (cause as NodeJS.ErrnoException).code;
      throw damaged(id, code === 'ENOENT' ? 'is missing from the store' : `cannot be read (${code})`, cause);
    });
  }

  /** Opens a stream over an artifact's bytes, with its size; null if it is missing. */
  async openStream(id: string): Promise<{ stream: ReadStream; sizeBytes: number } | null> {
    const path = this.pathOf(id);
    const found = await stat(path).catch(() => null);
    return found === null ? null : { stream: createReadStream(path), sizeBytes: found.size };
  }

  /**
   * Reads an artifact in pieces and tells whether its bytes have its hash.
   *
   * @param id the artifact
   * @param onBytes told the length of each piece; what it throws ends the reading
   */
  async verify(id: string, onBytes?: (bytes: number) => void): Promise<'intact' | 'missing' | 'altered'> {
    if (!(await this.has(id))) return 'missing';
    return (await hashFile(this.pathOf(id), onBytes)) === id ? 'intact' : 'altered';
  }

  /** Removes temporary files that a killed process left behind, and returns how many. */
  async removeAbandoned(now = Date.now()): Promise<number> {
    const names = await readdir(this.incoming).catch(() => []);
    let removed = 0;
    for (const name of names) {
      const path = join(this.incoming, name);
      const found = await stat(path).catch(() => null);
      if (found === null || now - found.mtimeMs < ABANDONED_AFTER_MS) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }
}

function damaged(id: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'artifact_damaged',
    `The artifact ${id.slice(0, 12)} ${what}.`,
    { artifactId: id },
    { cause },
  );
}
