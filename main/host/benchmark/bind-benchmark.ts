import { z } from 'zod';
import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { Benchmark, BenchmarkTask } from '#contract/benchmark';
import type { ArtifactKind } from '#contract/events';
import type { ArtifactRecord } from '#contract/records';
import type { SplitName } from '#contract/specs/common';
import type { BenchmarkCheck } from '#contract/study-template';
import { findDatasetPrompts } from '../dataset-prompts';
import { findKnownDataset } from '../known-datasets';
import { architectureName } from './architecture-name';
import type { BenchmarkBindings } from './expand-benchmark';

type Need = BenchmarkCheck['needs'][number];

/** Where artifacts are looked for. */
export interface BindingSources {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
}

/** A benchmark with the artifacts that it will use, as far as they are there. */
export interface BoundBenchmark {
  /** With the ids of what was found. */
  readonly benchmark: Benchmark;
  readonly bindings: BenchmarkBindings;
  /** See {@link BenchmarkCheck}. */
  readonly needs: Need[];
  readonly isReady: boolean;
}

/**
 * Looks for everything that a benchmark needs before anything is started: its model with the text tower, and
 * every dataset with all its files. What is not chosen is the newest of the catalog that fits.
 *
 * @param benchmark the protocol
 * @param sources see {@link BindingSources}
 */
export async function bindBenchmark(benchmark: Benchmark, sources: BindingSources): Promise<BoundBenchmark> {
  const model = await findModel(benchmark, sources);
  const all = benchmark.control === null ? benchmark.tasks : [...benchmark.tasks, benchmark.control];
  const found = new Map<string, FoundTask>();
  for (const task of all) {
    // Nothing is trained on the control.
    const splits =
      task === benchmark.control ? (['val', 'test'] as const) : (['train', 'val', 'test'] as const);
    found.set(task.name, await findTask(task, splits, sources));
  }
  const bind = (task: BenchmarkTask): BenchmarkTask => {
    const { binding } = found.get(task.name)!;
    if (task.data.from === 'starter' || binding === null) return task;
    return { ...task, data: { ...task.data, artifact: binding.dataset } };
  };
  const needs = [model.need, ...all.map(({ name }) => found.get(name)!.need)];
  return {
    benchmark: {
      ...benchmark,
      model:
        benchmark.model.from === 'catalog' && model.binding !== null
          ? { ...benchmark.model, artifact: model.binding.model }
          : benchmark.model,
      tasks: benchmark.tasks.map(bind),
      control: benchmark.control === null ? null : bind(benchmark.control),
    },
    bindings: {
      model: model.binding,
      tasks: new Map(
        [...found].flatMap(([name, { binding }]) => (binding === null ? [] : [[name, binding] as const])),
      ),
    },
    needs,
    isReady: needs.every(({ state }) => state === 'found' || state === 'made'),
  };
}

interface FoundModel {
  readonly need: Need;
  readonly binding: BenchmarkBindings['model'];
}

async function findModel({ model }: Benchmark, sources: BindingSources): Promise<FoundModel> {
  if (model.from === 'starter') {
    const detail = 'the pre-trained model that comes with the program';
    return { need: { subject: 'model', state: 'made', detail, advice: null }, binding: null };
  }
  const wanted = model.architectures.length === 0 ? 'CLIP' : model.architectures.join(' or ');
  const refuse = (state: 'missing' | 'unfit', detail: string, advice: string): FoundModel => ({
    need: { subject: 'model', state, detail, advice },
    binding: null,
  });
  const advice = `Import a checkpoint of ${wanted} with both towers ("tangent import model <path>"), or choose one with --model.`;
  const { catalog } = sources;
  const chosen = model.artifact === null ? null : catalog.artifacts.find(model.artifact);
  const runs =
    chosen === null
      ? catalog.runs.list({ kinds: ['import-model'], states: ['finished'], limit: 1000 }).map(({ id }) => id)
      : chosen.madeBy === null
        ? []
        : [chosen.madeBy];
  let unfit: FoundModel | null = null;
  for (const runId of runs) {
    const outputs = catalog.artifacts.ofRun(runId, 'output');
    const of = (kind: ArtifactKind) => outputs.find((artifact) => artifact.kind === kind);
    const [image, textEncoder, tokenizer] = [of('model'), of('text-encoder'), of('tokenizer')];
    if (image === undefined || (chosen !== null && image.id !== chosen.id)) continue;
    const architecture = await architectureName(of('model-report'), sources.artifacts);
    const isWanted = model.architectures.length === 0 || model.architectures.includes(architecture);
    if (!isWanted && chosen === null) continue;
    if (!isWanted) return refuse('unfit', `${image.label} is ${architecture}, not ${wanted}`, advice);
    if (textEncoder === undefined || tokenizer === undefined) {
      // One that was imported before it may be whole.
      unfit ??= refuse(
        'unfit',
        `${image.label} has no text tower with a tokenizer for zero-shot heads`,
        advice,
      );
      continue;
    }
    if (!(await areThere([image, textEncoder, tokenizer], sources))) {
      unfit ??= refuse('missing', `a file of ${image.label} is gone`, 'Import the checkpoint again.');
      continue;
    }
    const binding = { model: image.id, textEncoder: textEncoder.id, tokenizer: tokenizer.id };
    const detail = `${image.label} (${architecture}), ${image.id.slice(0, 12)}`;
    return { need: { subject: 'model', state: 'found', detail, advice: null }, binding };
  }
  if (unfit !== null) return unfit;
  if (chosen !== null) {
    const detail = `${chosen.label} was not imported as a checkpoint, so no text tower belongs to it`;
    return refuse('unfit', detail, advice);
  }
  return refuse('missing', `no imported checkpoint of ${wanted}`, advice);
}

async function areThere(files: readonly ArtifactRecord[], { artifacts }: BindingSources): Promise<boolean> {
  for (const { id, sizeBytes } of files) if (!(await artifacts.has(id, sizeBytes))) return false;
  return true;
}

interface FoundTask {
  readonly need: Need;
  readonly binding: {
    readonly dataset: string;
    readonly prompts: Awaited<ReturnType<typeof findDatasetPrompts>>;
  } | null;
}

const packsSchema = z.object({
  known: z.string().nullable().optional(),
  splits: z.record(
    z.string(),
    z.object({ packArtifact: z.string().nullable(), samples: z.array(z.unknown()) }),
  ),
});

async function findTask(
  task: BenchmarkTask,
  needed: readonly SplitName[],
  sources: BindingSources,
): Promise<FoundTask> {
  const { name, data } = task;
  if (data.from === 'starter') {
    const detail = `${data.domain}, drawn by the program`;
    return { need: { subject: name, state: 'made', detail, advice: null }, binding: null };
  }
  const refuse = (state: 'missing' | 'unfit', detail: string, advice: string): FoundTask => ({
    need: { subject: name, state, detail, advice },
    binding: null,
  });
  const known = findKnownDataset(data.dataset);
  const again =
    known === undefined
      ? `Import it ("tangent import dataset <path> --name ${data.dataset}"), or choose one with --dataset ${name}=<artifact>.`
      : `Import it ("tangent import dataset <path> --known ${known.name}"), or choose one with --dataset ${name}=<artifact>. ${known.download}`;
  const dataset =
    data.artifact === null
      ? findDataset(data.dataset, sources.catalog)
      : sources.catalog.artifacts.find(data.artifact);
  if (dataset === undefined) return refuse('missing', `no imported dataset ${data.dataset}`, again);
  if (dataset.kind !== 'dataset') return refuse('unfit', `${dataset.label} is no dataset`, again);
  const { artifacts } = sources;
  if ((await artifacts.verify(dataset.id)) !== 'intact') {
    return refuse('missing', `the index of ${dataset.label} is gone or altered`, again);
  }
  const { splits, known: itself = null } = packsSchema.parse(
    JSON.parse((await artifacts.read(dataset.id)).toString()),
  );
  if (known !== undefined && itself !== null && itself !== known.name) {
    return refuse('unfit', `${dataset.label} is ${itself}, not ${known.name}`, again);
  }
  for (const split of needed) {
    if (splits[split].samples.length === 0) {
      return refuse('unfit', `${dataset.label} has no images in the split ${split}`, again);
    }
    const pack = splits[split].packArtifact;
    if (pack !== null && !(await artifacts.has(pack))) {
      return refuse('missing', `the ${split} images of ${dataset.label} are gone`, again);
    }
  }
  try {
    const prompts = await findDatasetPrompts(artifacts, dataset.id, { templates: null, hasNames: false });
    const doubt = known !== undefined && itself === null ? `, not imported as ${known.name}` : '';
    const detail = `${dataset.label}, ${dataset.id.slice(0, 12)}${doubt}`;
    return {
      need: { subject: name, state: 'found', detail, advice: null },
      binding: { dataset: dataset.id, prompts },
    };
  } catch (error) {
    return refuse('unfit', error instanceof Error ? error.message : String(error), again);
  }
}

/** The newest dataset that was imported as a published one, or else under this name. */
function findDataset(name: string, catalog: Catalog): ArtifactRecord | undefined {
  const wanted = name.toLowerCase();
  const runs = catalog.runs.list({ kinds: ['import-dataset'], states: ['finished'], limit: 1000 });
  const named = (
    isIt: (params: { readonly name: string; readonly known: { readonly name: string } | null }) => boolean,
  ) =>
    runs.find(({ id }) => {
      const spec = catalog.runs.spec(id);
      return spec.kind === 'import-dataset' && isIt(spec.params);
    });
  const run =
    named(({ known }) => known?.name.toLowerCase() === wanted) ??
    named((params) => params.name.toLowerCase() === wanted);
  if (run === undefined) return undefined;
  return catalog.artifacts.ofRun(run.id, 'output').find(({ kind }) => kind === 'dataset');
}
