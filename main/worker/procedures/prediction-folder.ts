import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { readIfThere } from '#artifacts/read-if-there';
import { sha256 } from '#artifacts/sha256';
import type { RunContext } from '../run-context';

/** Predictions of a run that outlive an interruption. */
export interface PredictionFolder {
  /**
   * Returns what was predicted under a name, from an earlier attempt if there was one.
   *
   * @param name tells these predictions from all others of the run
   * @param count N
   * @param compute predicts N class indices
   */
  readonly remember: (name: string, count: number, compute: () => Promise<Int32Array>) => Promise<Int32Array>;
}

/** Opens the predictions in the run's folder; one file for each edited model and task. */
export async function openPredictionFolder(context: RunContext): Promise<PredictionFolder> {
  const folder = join(context.runDirectory, 'predictions');
  await mkdir(folder, { recursive: true });
  return {
    remember: async (name, count, compute) => {
      const file = join(folder, `${sha256(name).slice(0, 24)}.i32`);
      const known = await readIfThere(file);
      if (known?.byteLength === count * Int32Array.BYTES_PER_ELEMENT) {
        return new Int32Array(known.buffer.slice(known.byteOffset, known.byteOffset + known.byteLength));
      }
      const predictions = await compute();
      await writeFileAtomically(
        file,
        new Uint8Array(predictions.buffer, predictions.byteOffset, predictions.byteLength),
      );
      return predictions;
    },
  };
}
