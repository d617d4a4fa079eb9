import { ArtifactStore } from '#artifacts/artifact-store';
import type { StoredArtifact } from '#artifacts/artifact-writer';
import type { ArtifactKind, RunEventBody } from '#contract/events';
import { DecodePool, type DecodePoolOptions } from '#numerics/data/loader/decode-pool';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProgressMeter } from './progress-meter';

/** Thrown inside a procedure when the host asked for the run to stop; not an error. */
export class Cancelled extends Error {}

/** Everything a procedure may touch besides its spec. */
export class RunContext {
  readonly artifacts: ArtifactStore;
  /** Belongs to this run alone and survives a restart. */
  readonly runDirectory: string;
  /** Where `render-tasks` writes. */
  readonly renderedDirectory: string;
  /** Decodes the images of datasets. */
  readonly decodePool: DecodePool;
  readonly #emit: (body: RunEventBody) => void;
  readonly #flush: () => Promise<void>;
  #isCancelled = false;

  /** @param decoding where images are decoded; in this thread unless told */
  constructor(
    directories: { artifacts: string; run: string; rendered: string },
    emit: (body: RunEventBody) => void,
    flush: () => Promise<void>,
    decoding: DecodePoolOptions = { entry: null, threads: 1 },
  ) {
    this.artifacts = new ArtifactStore(directories.artifacts);
    this.runDirectory = directories.run;
    this.renderedDirectory = directories.rendered;
    this.#emit = emit;
    this.#flush = flush;
    this.decodePool = new DecodePool(decoding);
  }

  /** Ends what the run has started besides its procedure. */
  async close(): Promise<void> {
    await this.decodePool.close();
  }

  /**
   * Resolves when the host has everything this run has said on disk. Await it before writing a
   * checkpoint: a resumed run does not repeat what came before.
   */
  flushEvents(): Promise<void> {
    return this.#flush();
  }

  /** Whether the host has asked for the run to stop. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Makes the next `breathe` throw. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** Lets work go on after a cancel, in a process that outlives one piece of it. */
  renew(): void {
    this.#isCancelled = false;
  }

  /** Returns the bytes of memory that this process can still get, a container's limit included. */
  availableBytes(): number {
    return process.availableMemory();
  }

  /** Lets messages from the host in; `isCancelled` is up to date afterwards. */
  async listen(): Promise<void> {
    await nextTurn();
  }

  /**
   * Lets messages from the host in, and stops the procedure if it was cancelled. Called between
   * pieces of work, so that a cancel waits for one of them at most.
   *
   * @throws {Cancelled}
   */
  async breathe(): Promise<void> {
    await this.listen();
    if (this.#isCancelled) throw new Cancelled();
  }

  /** Starts measuring a phase. */
  meter(phase: string, work: { total: number; start?: number; unit: string }): ProgressMeter {
    return new ProgressMeter(phase, work, (progress) => this.#emit({ type: 'progress', ...progress }));
  }

  metric(name: string, step: number, value: number): void {
    this.#emit({ type: 'metric', name, step, value });
  }

  log(message: string): void {
    this.#emit({ type: 'log', level: 'info', message });
  }

  warn(message: string): void {
    this.#emit({ type: 'log', level: 'warning', message });
  }

  /** Announces an artifact that is already in the store as an output of this run. */
  announce(stored: StoredArtifact, output: { kind: ArtifactKind; role: string; label: string }): void {
    this.#emit({ type: 'artifact', artifactId: stored.id, sizeBytes: stored.sizeBytes, ...output });
  }

  /** Stores bytes as an output of this run and returns the artifact's id. */
  async output(
    bytes: Uint8Array,
    output: { kind: ArtifactKind; role: string; label: string },
  ): Promise<string> {
    const stored = await this.artifacts.put(bytes);
    this.announce(stored, output);
    return stored.id;
  }

  /**
   * Stores bytes that are written piece by piece, without announcing them yet: a run that makes several
   * files that belong together announces them when all are there.
   *
   * @param produce is given the function that takes the bytes in order
   * @throws whatever `produce` throws; nothing is stored then
   */
  async storeStream(
    produce: (write: (bytes: Uint8Array) => Promise<unknown>) => Promise<void>,
  ): Promise<StoredArtifact> {
    const writer = await this.artifacts.openWriter();
    try {
      await produce((bytes) => writer.write(bytes));
      return await writer.finish();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
  }

  /** Stores a value as a JSON artifact. */
  async outputJson(
    value: unknown,
    output: { kind: ArtifactKind; role: string; label: string },
  ): Promise<string> {
    return this.output(new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`), output);
  }
}
