import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { readIfThere } from '#artifacts/read-if-there';
import { accuracySchema, type Accuracy } from '#contract/results';
import type { RunContext } from '../run-context';
import type { AccuracySource } from './accuracy-source';
import { directionKey } from './edit';

const cacheSchema = z.record(z.string(), accuracySchema);

/**
 * Remembers measured accuracies in the run's folder, so that neither a resumed run nor one that asks
 * for an edit again measures it twice.
 *
 * @param source what measures
 * @param context of the run; told if the notes of an earlier attempt cannot be read
 * @returns a source that asks the given one only for what is not known yet
 */
export async function cacheAccuracies(source: AccuracySource, context: RunContext): Promise<AccuracySource> {
  await mkdir(context.runDirectory, { recursive: true });
  const file = join(context.runDirectory, 'evaluations.json');
  const known = await readKnown(file, context);
  return async function* (task, split, edits) {
    const keys = edits.map((edit) => `${task}/${split}/${edit.scalingCoef}(${directionKey(edit)})`);
    const missing = edits.filter((_, i) => !known.has(keys[i]) && keys.indexOf(keys[i]) === i);
    const measured = missing.length === 0 ? null : source(task, split, missing)[Symbol.asyncIterator]();
    for (const key of keys) {
      let accuracy = known.get(key);
      if (accuracy === undefined) {
        accuracy = (await measured!.next()).value as Accuracy;
        known.set(key, accuracy);
        await writeFileAtomically(file, Buffer.from(JSON.stringify(Object.fromEntries(known))));
      }
      yield accuracy;
    }
  };
}

async function readKnown(file: string, context: RunContext): Promise<Map<string, Accuracy>> {
  const bytes = await readIfThere(file);
  if (bytes === null) return new Map();
  try {
    return new Map(Object.entries(cacheSchema.parse(JSON.parse(bytes.toString()))));
  } catch {
    context.warn('the accuracies that an earlier attempt noted are damaged; they are measured again');
    return new Map();
  }
}
