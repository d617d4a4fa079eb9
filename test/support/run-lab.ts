import { join } from 'node:path';
import { fingerprintSource } from '#artifacts/fingerprint';
import { sha256 } from '#artifacts/sha256';
import type { RunEventBody } from '#contract/events';
import type { VisionArchitecture } from '#contract/specs/common';
import {
  runSpecSchemas,
  runSpecText,
  type RunKind,
  type RunSpec,
  type RunSpecOf,
} from '#contract/specs/index';
import { encodeModel } from '#numerics/models/model-file';
import { initializeVision } from '#numerics/models/vision-parameters';
import { procedures } from '#worker/procedures/index';
import { RunContext } from '#worker/run-context';

/** What a procedure made and said. */
export interface LabRun {
  /** Artifact ids by role. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly events: readonly RunEventBody[];
  readonly warnings: readonly string[];
}

/** Executes procedures in this process, on a store of its own: the worker without its process. */
export class RunLab {
  readonly root: string;
  readonly #series: string;

  /**
   * @param root folder of the store
   * @param series labs of one root but different series share artifacts, not checkpoints
   */
  constructor(root: string, series = 'runs') {
    this.root = root;
    this.#series = series;
  }

  /** Executes a spec; `watch` sees every event and may cancel, `onFlush` stands for the host's flush. */
  async run(
    spec: RunSpec,
    watch?: (event: RunEventBody, context: RunContext) => void,
    onFlush: () => void = () => undefined,
  ): Promise<LabRun> {
    const events: RunEventBody[] = [];
    const context = new RunContext(
      {
        artifacts: join(this.root, 'artifacts'),
        run: this.runDirectory(spec),
        rendered: join(this.root, 'rendered'),
      },
      (event) => {
        events.push(event);
        watch?.(event, context);
      },
      () => {
        onFlush();
        return Promise.resolve();
      },
    );
    const procedure = (await procedures[spec.kind]()) as (
      spec: RunSpec,
      context: RunContext,
    ) => Promise<void>;
    await procedure(spec, context);
    return {
      outputs: Object.fromEntries(
        events.flatMap((event) => (event.type === 'artifact' ? [[event.role, event.artifactId]] : [])),
      ),
      events,
      warnings: events.flatMap((event) =>
        event.type === 'log' && event.level === 'warning' ? [event.message] : [],
      ),
    };
  }

  /** Where the checkpoints of a spec are. */
  runDirectory(spec: RunSpec): string {
    return join(this.root, this.#series, sha256(runSpecText(spec)).slice(0, 16));
  }

  /** Reads a JSON output. */
  async json(id: string): Promise<unknown> {
    return JSON.parse((await this.context().artifacts.read(id)).toString());
  }

  /** A context for reading outputs with the procedures' own loaders. */
  context(): RunContext {
    const artifacts = join(this.root, 'artifacts');
    return new RunContext(
      { artifacts, run: this.root, rendered: this.root },
      () => undefined,
      () => Promise.resolve(),
    );
  }
}

const optimizer = { learningRate: 3e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const engine = 'wasm';

/** A model, and two tasks with heads. */
export type SmallTasks = Pick<SmallWorld, 'model' | 'tasks'>;

/** A model, two tasks with heads, and a task vector of each kind for each task. */
export interface SmallWorld {
  readonly model: string;
  readonly tasks: readonly { readonly dataset: string; readonly head: string }[];
  readonly vectors: Readonly<Record<'standard' | 'linear', readonly string[]>>;
}

/** The fine-tuning spec of the small world. */
export function smallFinetune(
  inputs: RunSpecOf<'finetune'>['inputs'],
  mode: 'standard' | 'linear',
): RunSpecOf<'finetune'> {
  const schedule = { steps: 20, warmupSteps: 2, batchSize: 16, clipNorm: 1, checkpointEvery: 4 };
  const params = { mode, augmentation: 'none', optimizer, schedule, engine } as const;
  return { kind: 'finetune', specVersion: 2, params, inputs, seed: 5 };
}

/** Stores a model with drawn parameters and returns its id. */
async function storeSmallModel(lab: RunLab): Promise<string> {
  const architecture: VisionArchitecture = {
    imageSize: 32,
    patchSize: 8,
    width: 16,
    layers: 1,
    heads: 2,
    mlpRatio: 2,
    featureSize: 16,
    activation: 'quickGelu',
  };
  const bytes = encodeModel({
    name: 'small ViT',
    architecture,
    preprocessing: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    naming: 'open-clip',
    origin: null,
    doubts: [],
    params: initializeVision(architecture, 0),
  });
  return (await lab.context().artifacts.put(bytes)).id;
}

/** Makes the small world without its task vectors. */
export async function makeSmallTasks(lab: RunLab): Promise<SmallTasks> {
  const render = await lab.run(
    spec('render-tasks', { tasks: ['signs', 'digits'], trainPerClass: 12, testPerClass: 3 }),
  );
  const { tasks: folders } = (await lab.json(render.outputs.folders)) as {
    tasks: { name: string; folder: string }[];
  };
  const tasks: { dataset: string; head: string }[] = [];
  for (const { name, folder } of folders) {
    const source = await fingerprintSource(join(lab.root, 'rendered', folder));
    const imported = await lab.run(
      spec('import-dataset', {
        ...importDatasetParams(name, source),
        valFraction: 0.25,
      }),
    );
    const { dataset } = imported.outputs;
    const head = await lab.run(spec('class-head', { featureSize: 16, logitScale: 20 }, { dataset }));
    tasks.push({ dataset, head: head.outputs.head });
  }
  return { model: await storeSmallModel(lab), tasks };
}

/** Makes the small world. */
export async function makeSmallWorld(lab: RunLab): Promise<SmallWorld> {
  const { model, tasks } = await makeSmallTasks(lab);
  const vectors: Record<'standard' | 'linear', string[]> = { standard: [], linear: [] };
  for (const mode of ['standard', 'linear'] as const) {
    for (const task of tasks) {
      const run = await lab.run(smallFinetune({ model, ...task }, mode));
      vectors[mode].push(run.outputs.taskVector);
    }
  }
  return { model, tasks, vectors };
}

/** The usual choices of an import of a dataset. */
export function importDatasetParams(
  name: string,
  { path, fingerprint }: { readonly path: string; readonly fingerprint: string },
): RunSpecOf<'import-dataset'>['params'] {
  return {
    path,
    fingerprint,
    name,
    format: null,
    parts: null,
    valFraction: 0.1,
    valCap: 5000,
    valList: null,
    onUnreadable: 'fail',
    known: null,
  };
}

function spec<K extends RunKind>(
  kind: K,
  params: RunSpecOf<K>['params'],
  inputs: RunSpecOf<K>['inputs'] = {},
): RunSpec {
  const { specVersion } = runSpecSchemas[kind].shape;
  return { kind, specVersion: specVersion.value, params, inputs, seed: 0 } as unknown as RunSpec;
}
