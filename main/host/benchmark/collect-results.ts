import { z } from 'zod';
import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { StoredStudy } from '#catalog/studies';
import type { Benchmark } from '#contract/benchmark';
import type { BenchmarkResults, MethodResult } from '#contract/benchmark-results';
import { AppError } from '#contract/errors';
import type { ArtifactKind } from '#contract/events';
import {
  additionResultSchema,
  negationResultSchema,
  type AdditionResult,
  type NegationResult,
} from '#contract/results';
import { architectureName } from './architecture-name';
import { finishedRuns } from './finished-runs';
import { nameAddition, nameNegation } from './name-results';
import { benchmarkStepIds as ids } from './step-ids';

/** Where results are read from. */
export interface ResultSources {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
}

/**
 * Collects what the runs of a benchmark have measured so far.
 *
 * @param study a study that was made from a benchmark
 * @param sources see {@link ResultSources}
 * @throws {AppError} `invalid_input` if the study is no benchmark; `study_unmeasured` if it has measured nothing yet
 */
export async function collectResults(study: StoredStudy, sources: ResultSources): Promise<BenchmarkResults> {
  const { benchmark, title } = study.template;
  if (benchmark === undefined) {
    throw new AppError(
      'invalid_input',
      `The study ${study.id} is no benchmark; look at the results of its runs.`,
      {
        studyId: study.id,
      },
    );
  }
  const reader = new StepReader(study.id, sources);
  const methods = await collectMethods(benchmark, reader);
  const randomInit = await collectRandomInit(benchmark, reader);
  if ([...methods, ...randomInit].every(({ seeds }) => seeds.every(isEmpty))) {
    throw new AppError('study_unmeasured', `The study ${study.id} has measured nothing yet.`, {
      studyId: study.id,
    });
  }
  return {
    format: 'tangent-benchmark-results/1',
    title,
    model: await reader.modelName(benchmark),
    tasks: benchmark.tasks.map(({ name }) => name),
    classCounts: await reader.classCounts(benchmark),
    control: benchmark.control?.name ?? null,
    methods,
    randomInit,
    notes: [],
  };
}

async function collectMethods(benchmark: Benchmark, reader: StepReader): Promise<MethodResult[]> {
  const { tasks, methods, seeds, control } = benchmark;
  const names = tasks.map(({ name }) => name);
  return Promise.all(
    methods.map(async (method) => ({
      method,
      seeds: await Promise.all(
        seeds.map(async (seed) => ({
          seed,
          addition: await reader.addition(ids.add(method, seed), names),
          negation:
            control === null ? null : await reader.negation(ids.negate(method, seed), names, control.name),
        })),
      ),
    })),
  );
}

async function collectRandomInit(
  { tasks, randomInit }: Benchmark,
  reader: StepReader,
): Promise<MethodResult[]> {
  if (randomInit === null) return [];
  const names = tasks.map(({ name }) => name);
  return Promise.all(
    randomInit.modes.map(async (method) => {
      const addition = await reader.addition(ids.addRandom(method), names);
      return { method, seeds: [{ seed: randomInit.seed, addition, negation: null }] };
    }),
  );
}

function isEmpty({ addition, negation }: MethodResult['seeds'][number]): boolean {
  return addition === null && negation === null;
}

const classesSchema = z.object({ classes: z.array(z.string()) });

/** Reads the outputs of a study's finished runs. */
class StepReader {
  readonly #sources: ResultSources;
  readonly #runs: ReadonlyMap<string, string>;

  constructor(studyId: string, sources: ResultSources) {
    this.#sources = sources;
    this.#runs = finishedRuns(studyId, sources.catalog);
  }

  /** Reads the addition of tasks that a step measured; null if its run has not finished. */
  async addition(stepId: string, names: readonly string[]): Promise<AdditionResult | null> {
    const artifact = this.#output(stepId, 'addition');
    if (artifact === null) return null;
    return nameAddition(await this.#json(artifact.id, additionResultSchema), names);
  }

  /** Reads the negations of tasks that a step measured; null if its run has not finished. */
  async negation(stepId: string, names: readonly string[], control: string): Promise<NegationResult | null> {
    const artifact = this.#output(stepId, 'negation');
    if (artifact === null) return null;
    return nameNegation(await this.#json(artifact.id, negationResultSchema), names, control);
  }

  /** C of each task; 1, which stands for unknown, where its dataset is not imported yet. */
  async classCounts({ tasks }: Benchmark): Promise<number[]> {
    return Promise.all(
      tasks.map(async ({ name, data }) => {
        const bound = data.from === 'catalog' ? data.artifact : null;
        const id = bound ?? this.#output(ids.importDataset(name), 'dataset')?.id;
        if (id === undefined) return 1;
        return (await this.#json(id, classesSchema)).classes.length;
      }),
    );
  }

  /** Label of the model, with its architecture for one of the catalog. */
  async modelName({ model }: Benchmark): Promise<string> {
    if (model.from === 'starter' || model.artifact === null) return 'starter';
    const { catalog, artifacts } = this.#sources;
    const { label, madeBy } = catalog.artifacts.find(model.artifact);
    const outputs = madeBy === null ? [] : catalog.artifacts.ofRun(madeBy, 'output');
    const report = outputs.find(({ kind }) => kind === 'model-report');
    return `${label} (${await architectureName(report, artifacts)})`;
  }

  #output(stepId: string, kind: ArtifactKind) {
    const runId = this.#runs.get(stepId);
    if (runId === undefined) return null;
    return (
      this.#sources.catalog.artifacts.ofRun(runId, 'output').find((output) => output.kind === kind) ?? null
    );
  }

  async #json<T>(id: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(JSON.parse((await this.#sources.artifacts.read(id)).toString()));
  }
}
