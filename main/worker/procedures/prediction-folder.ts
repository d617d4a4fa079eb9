import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import { readArrays, writeArrays } from '../array-file';
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
      const known = new Int32Array(count);
      if (await readArrays(file, [known])) return known;
      const predictions = await compute();
      await writeArrays(file, [predictions]);
      return predictions;
    },
  };
}
