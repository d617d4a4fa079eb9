import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { sha256 } from '#artifacts/sha256';

const NAME = /^step-(\d{9})\.([0-9a-f]{16})\.checkpoint$/;
/** The newest, and the one before it in case the newest is damaged. */
const KEPT = 2;

/** A run's resumable states on disk. The name carries the step and a digest of the bytes. */
export class CheckpointFolder {
  readonly #folder: string;

  /** @param runDirectory folder of the run; `checkpoints` is made in it */
  constructor(runDirectory: string) {
    this.#folder = join(runDirectory, 'checkpoints');
  }

  /** Stores the state after `step` steps and removes older ones that are no longer needed. */
  async write(step: number, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const name = `step-${String(step).padStart(9, '0')}.${digestOf(bytes)}.checkpoint`;
    await writeFileAtomically(join(this.#folder, name), bytes);
    const older = (await this.#names()).filter(({ step: other }) => other < step).slice(KEPT - 1);
    for (const entry of older) await rm(join(this.#folder, entry.name), { force: true });
  }

  /** Returns the newest state whose bytes are intact, or null; tells `onDamaged` about others. */
  async readNewest(onDamaged: (name: string) => void): Promise<{ step: number; bytes: Uint8Array } | null> {
    for (const { name, step, digest } of await this.#names()) {
      const bytes = await readFile(join(this.#folder, name));
      if (digestOf(bytes) === digest) return { step, bytes };
      onDamaged(name);
    }
    return null;
  }

  /** Newest first. */
  async #names(): Promise<{ name: string; step: number; digest: string }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .map((name) => NAME.exec(name))
      .filter((match) => match !== null)
      .map(([name, step, digest]) => ({ name, step: Number(step), digest }))
      .sort((a, b) => b.step - a.step);
  }
}

function digestOf(bytes: Uint8Array): string {
  return sha256(bytes).slice(0, 16);
}
