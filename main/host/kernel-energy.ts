import { z } from 'zod';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { AppError } from '#contract/errors';

/** Eigenfunctions of one scalar at the images of task and control. */
interface Eigenfunctions {
  /** Images × functions, by descending singular value. */
  readonly values: Float32Array;
  readonly images: number;
  readonly functions: number;
}

/** Kernels whose eigenfunctions are kept in memory: two are looked at side by side. */
const MOST_OPEN = 2;
/** Bytes of the length of a header. */
const WORD = 8;

const headerSchema = z
  .object({ __metadata__: z.object({ format: z.literal('tangent-kernel-spectrum/1') }) })
  .catchall(z.unknown());
const tensorSchema = z.object({
  dtype: z.literal('F32'),
  shape: z.tuple([z.int().min(1), z.int().min(1)]),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Tells the local energy of images for any number of kept eigenfunctions, from what a kernel's run has stored. */
export class KernelEnergy {
  readonly #store: ArtifactStore;
  /** The one that was asked last is the last. */
  readonly #open = new Map<string, Promise<Eigenfunctions[]>>();

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /**
   * Takes E_loc(x_j) = Σ_{k ≤ rank} φ_k(x_j)² of every image, averaged over the scalars; of a scalar that has fewer
   * eigenfunctions all are kept. Agrees with what the run itself says at its own rank to the rounding of the stored float32.
   *
   * @param id a `kernel-spectrum` artifact
   * @param rank at least 1
   * @returns images of the task, then those of the control
   * @throws {AppError} `artifact_damaged` if it is not a spectrum
   */
  async perImage(id: string, rank: number): Promise<Float64Array<ArrayBuffer>> {
    const spectra = await this.#spectra(id);
    const energy = new Float64Array(spectra[0].images);
    for (const { values, images, functions } of spectra) {
      const kept = Math.min(rank, functions);
      for (let j = 0; j < images; j++) {
        let sum = 0;
        for (let k = 0; k < kept; k++) sum += values[j * functions + k] ** 2;
        energy[j] += sum / spectra.length;
      }
    }
    return energy;
  }

  #spectra(id: string): Promise<Eigenfunctions[]> {
    const known = this.#open.get(id) ?? this.#read(id);
    this.#open.delete(id);
    this.#open.set(id, known);
    known.catch(() => this.#open.delete(id));
    for (const other of [...this.#open.keys()].slice(0, -MOST_OPEN)) this.#open.delete(other);
    return known;
  }

  async #read(id: string): Promise<Eigenfunctions[]> {
    const bytes = await this.#store.read(id);
    try {
      const dataStart = WORD + Number(bytes.readBigUInt64LE(0));
      const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', WORD, dataStart)));
      const spectra: Eigenfunctions[] = [];
      for (let c = 0; header[`eigenfunctions.${c}`] !== undefined; c++) {
        const { shape, data_offsets: at } = tensorSchema.parse(header[`eigenfunctions.${c}`]);
        // A view of numbers must begin at a multiple of their size; a copy does.
        const data = Uint8Array.from(bytes.subarray(dataStart + at[0], dataStart + at[1]));
        spectra.push({ values: new Float32Array(data.buffer), images: shape[0], functions: shape[1] });
      }
      z.array(z.unknown()).min(1).parse(spectra);
      return spectra;
    } catch (cause) {
      const message = `The artifact ${id.slice(0, 12)} is not a kernel's spectrum.`;
      throw new AppError('artifact_damaged', message, { artifactId: id }, { cause });
    }
  }
}
