import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { accuracySchema, type Accuracy } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { AccuracySource, Edit } from './accuracy-source';

const cacheSchema = z.record(z.string(), accuracySchema);

/** Remembers measured accuracies in the run's folder, so that a resumed run measures none twice. */
export class EvaluationCache implements AccuracySource {
  readonly #file: string;
  readonly #source: AccuracySource;
  readonly #known: Map<string, Accuracy>;

  private constructor(file: string, source: AccuracySource, known: Map<string, Accuracy>) {
    this.#file = file;
    this.#source = source;
    this.#known = known;
  }

  /** Opens the cache of a run in front of a source. */
  static async open(runDirectory: string, source: AccuracySource): Promise<EvaluationCache> {
    await mkdir(runDirectory, { recursive: true });
    const file = join(runDirectory, 'evaluations.json');
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new EvaluationCache(file, source, new Map(Object.entries(cacheSchema.parse(JSON.parse(text)))));
  }

  async accuracy(task: number, split: SplitName, edit: Edit): Promise<Accuracy> {
    const key = `${task}/${split}/${edit.own}/${edit.sum}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const accuracy = await this.#source.accuracy(task, split, edit);
    this.#known.set(key, accuracy);
    await writeFileAtomically(this.#file, Buffer.from(JSON.stringify(Object.fromEntries(this.#known))));
    return accuracy;
  }
}
