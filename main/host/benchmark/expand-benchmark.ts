import type { Benchmark, BenchmarkTask, BenchmarkTraining } from '#contract/benchmark';
import type { DatasetPrompts } from '#contract/known-dataset';
import type { FinetuningMode } from '#contract/specs/common';
import type { StudyStep } from '#contract/study-template';
import { benchmarkStepIds as ids } from './step-ids';

/** Artifacts of the catalog that a benchmark uses; what it makes itself is not among them. */
export interface BenchmarkBindings {
  /** Null where the model comes with the program. */
  readonly model: { readonly model: string; readonly textEncoder: string; readonly tokenizer: string } | null;
  /** Dataset and prompts by the name of the task, for tasks whose data are in the catalog. */
  readonly tasks: ReadonlyMap<string, { readonly dataset: string; readonly prompts: DatasetPrompts }>;
}

type Reference = string | { readonly $output: string; readonly of: string };

const output = (role: string, of: string): Reference => ({ $output: role, of });

/**
 * Writes the runs that a benchmark is made of: import or choose, heads, fine-tuning of every task in every
 * mode with every seed, addition and negation for every method and seed, and the same addition from one
 * random θ0.
 *
 * @param benchmark the protocol
 * @param bindings what is taken from the catalog
 * @returns steps, each after those whose outputs it needs
 */
export function expandBenchmark(benchmark: Benchmark, bindings: BenchmarkBindings): StudyStep[] {
  const { model: source, tasks, control, engine } = benchmark;
  const model = bindings.model ?? {
    model: output('model', ids.importModel),
    textEncoder: output('textEncoder', ids.importModel),
    tokenizer: output('tokenizer', ids.importModel),
  };
  const all = control === null ? tasks : [...tasks, control];
  return [
    ...(source.from === 'starter' ? [importStarterModel()] : []),
    ...all.flatMap((task) => prepareTask(task, bindings, model, engine)),
    ...finetuneAndEdit(benchmark, bindings, model.model),
    ...randomInitSteps(benchmark, bindings, model.model),
  ];
}

/** The step that imports the model which comes with the program. */
export function importStarterModel(): StudyStep {
  return {
    id: ids.importModel,
    title: 'Import the pre-trained model of the starter',
    spec: {
      kind: 'import-model',
      specVersion: 3,
      params: {
        path: { $resource: 'starter/clip', property: 'path' },
        fingerprint: { $resource: 'starter/clip', property: 'fingerprint' },
        name: 'starter',
        heads: null,
        activation: null,
        preprocessing: null,
      },
      inputs: {},
      seed: 0,
    },
  };
}

function prepareTask(
  task: BenchmarkTask,
  bindings: BenchmarkBindings,
  model: { readonly textEncoder: Reference; readonly tokenizer: Reference },
  engine: Benchmark['engine'],
): StudyStep[] {
  const bound = bindings.tasks.get(task.name);
  const templates = task.templates ?? bound?.prompts.templates ?? [];
  const head: StudyStep = {
    id: ids.head(task.name),
    title: `Zero-shot head of ${task.name}`,
    spec: {
      kind: 'zero-shot-head',
      specVersion: 1,
      params: { templates, promptNames: bound?.prompts.promptNames ?? null, engine },
      inputs: {
        dataset: datasetOf(task, bindings),
        textEncoder: model.textEncoder,
        tokenizer: model.tokenizer,
      },
      seed: 0,
    },
  };
  if (task.data.from === 'catalog') return [head];
  const { domain, trainPerClass, testPerClass, valFraction } = task.data;
  const render = ids.render(task.name);
  const folder = (property: 'folder' | 'fingerprint') => ({ $renderedFolder: domain, of: render, property });
  return [
    {
      id: render,
      title: `Draw ${task.name}`,
      spec: {
        kind: 'render-tasks',
        specVersion: 2,
        params: { tasks: [domain], trainPerClass, testPerClass },
        inputs: {},
        seed: 0,
      },
    },
    {
      id: ids.importDataset(task.name),
      title: `Import ${task.name}`,
      spec: {
        kind: 'import-dataset',
        specVersion: 2,
        params: {
          path: folder('folder'),
          fingerprint: folder('fingerprint'),
          name: task.name,
          format: 'image-folder',
          parts: null,
          valFraction,
          valCap: 5000,
          valList: null,
          onUnreadable: 'fail',
          known: null,
        },
        inputs: {},
        seed: 0,
      },
    },
    head,
  ];
}

function finetuneAndEdit(benchmark: Benchmark, bindings: BenchmarkBindings, model: Reference): StudyStep[] {
  const { tasks, control, seeds, methods, edits, engine, training } = benchmark;
  const { gridPoints, batchSize, controlThreshold } = edits;
  // The post-hoc method edits with the vectors of standard fine-tuning.
  const modes = [...new Set(methods.map(modeOf))];
  return seeds.flatMap((seed) => [
    ...modes.flatMap((mode) =>
      tasks.map((task) => {
        const id = ids.finetune(mode, task.name, seed);
        const title = `Fine-tune on ${task.name} (${mode}, seed ${seed})`;
        return finetuneStep(task, { id, title, mode, seed, model, training, engine }, bindings);
      }),
    ),
    ...methods.flatMap((method): StudyStep[] => {
      const withVectors = tasks.map((task) => ({
        ...taskInputs(task, bindings),
        taskVector: output('taskVector', ids.finetune(modeOf(method), task.name, seed)),
      }));
      const add: StudyStep = {
        id: ids.add(method, seed),
        title: `Add the tasks (${method}, seed ${seed})`,
        spec: {
          kind: 'edit-add',
          specVersion: 2,
          params: { mode: method, gridPoints, batchSize, engine },
          inputs: { model, tasks: withVectors },
          seed: 0,
        },
      };
      if (control === null) return [add];
      const negate: StudyStep = {
        id: ids.negate(method, seed),
        title: `Negate each task (${method}, seed ${seed})`,
        spec: {
          kind: 'edit-negate',
          specVersion: 1,
          params: { mode: method, gridPoints, controlThreshold, batchSize, engine },
          inputs: { model, control: taskInputs(control, bindings), tasks: withVectors },
          seed: 0,
        },
      };
      return [add, negate];
    }),
  ]);
}

/** One random θ0 for all tasks: vectors from different starting points could not be added. */
function randomInitSteps(benchmark: Benchmark, bindings: BenchmarkBindings, model: Reference): StudyStep[] {
  const { randomInit, tasks, edits, engine } = benchmark;
  if (randomInit === null) return [];
  const { seed, modes, training: own } = randomInit;
  const training = own ?? benchmark.training;
  const random = output('model', ids.initialize);
  return [
    {
      id: ids.initialize,
      title: 'Draw a random θ0',
      spec: {
        kind: 'initialize-model',
        specVersion: 1,
        params: { name: `random initialization ${seed}` },
        inputs: { model },
        seed,
      },
    },
    ...modes.flatMap((mode) => [
      ...tasks.map((task) => {
        const id = ids.finetuneRandom(mode, task.name);
        const title = `Train on ${task.name} from the random θ0 (${mode})`;
        const trained = own === null ? task : { ...task, steps: null };
        return finetuneStep(trained, { id, title, mode, seed, model: random, training, engine }, bindings);
      }),
      {
        id: ids.addRandom(mode),
        title: `Add the tasks from the random θ0 (${mode})`,
        spec: {
          kind: 'edit-add' as const,
          specVersion: 2,
          params: { mode, gridPoints: edits.gridPoints, batchSize: edits.batchSize, engine },
          inputs: {
            model: random,
            tasks: tasks.map((task) => ({
              ...taskInputs(task, bindings),
              taskVector: output('taskVector', ids.finetuneRandom(mode, task.name)),
            })),
          },
          seed: 0,
        },
      },
    ]),
  ];
}

interface Finetuning {
  readonly id: string;
  readonly title: string;
  readonly mode: FinetuningMode;
  readonly seed: number;
  readonly model: Reference;
  readonly training: BenchmarkTraining;
  readonly engine: Benchmark['engine'];
}

function finetuneStep(task: BenchmarkTask, how: Finetuning, bindings: BenchmarkBindings): StudyStep {
  const { id, title, mode, seed, model, training, engine } = how;
  const steps = task.steps ?? training.schedule.steps;
  const warmupSteps = Math.min(training.schedule.warmupSteps, steps - 1);
  return {
    id,
    title,
    spec: {
      kind: 'finetune',
      specVersion: 2,
      params: { mode, ...training, schedule: { ...training.schedule, steps, warmupSteps }, engine },
      inputs: { model, ...taskInputs(task, bindings) },
      seed,
    },
  };
}

function taskInputs(
  task: BenchmarkTask,
  bindings: BenchmarkBindings,
): { dataset: Reference; head: Reference } {
  return { dataset: datasetOf(task, bindings), head: output('head', ids.head(task.name)) };
}

function datasetOf({ name }: BenchmarkTask, bindings: BenchmarkBindings): Reference {
  return bindings.tasks.get(name)?.dataset ?? output('dataset', ids.importDataset(name));
}

function modeOf(method: Benchmark['methods'][number]): FinetuningMode {
  return method === 'linear' ? 'linear' : 'standard';
}
