import type { HostClient } from '#contract/api';
import { disentanglementResultSchema, type DisentanglementResult } from '#contract/disentanglement';
import type { LibraryEntry } from '#contract/records';
import type { EvaluationMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import type { Route } from './route';

type MapSpec = RunSpecOf<'disentanglement'>;
type Training = RunSpecOf<'finetune'>;

/** All modes as people read them, in the order of the paper's figure. */
export const modeNames = { standard: 'standard', posthoc: 'post-hoc', linear: 'linear' } as const;
const modes = Object.keys(modeNames) as EvaluationMode[];
/** As many artifacts as are looked through, the newest first. */
const most = 1000;

/** The same two tasks in another mode: a map that was measured, or what would make one. */
export type ComparableMap =
  | {
      readonly mode: EvaluationMode;
      readonly runId: string;
      readonly spec: MapSpec;
      readonly artifact: string;
    }
  | {
      readonly mode: EvaluationMode;
      /** A wizard that begins with what is missing. */
      readonly wizard: Route;
      /** The dataset that has no vector of this kind yet; null where only the map is missing. */
      readonly untrained: string | null;
    };

/** A map that is shown beside others. */
export interface ShownMap {
  readonly runId: string;
  readonly spec: MapSpec;
  /** Null while it is being measured. */
  readonly result: DisentanglementResult | null;
}

/**
 * Finds what a map can be compared with: for each other mode the map of the same model, datasets, heads and images.
 * Task vectors are the same if they are one file, or were trained from the same model on the same dataset with the same
 * head and seed; so a standard one and a linear one correspond. Of several maps one on the same grid is taken, then the newest.
 *
 * @param runId the map's run, and what it measures
 * @param maps disentanglement results of the catalog, the newest first
 * @param vectors its task vectors, the newest first
 */
export function findComparableMaps(
  { runId, spec }: { readonly runId: string; readonly spec: MapSpec },
  maps: readonly LibraryEntry[],
  vectors: readonly LibraryEntry[],
): ComparableMap[] {
  const trainings = new Map(vectors.map((entry) => [entry.id, entry]));
  const trainingOf = (id: string): Training | null => {
    const made = trainings.get(id)?.madeBy.spec;
    return made?.kind === 'finetune' ? made : null;
  };
  const correspond = (one: string, other: string): boolean =>
    one === other || isSameTask(trainingOf(one), trainingOf(other));
  return modes
    .filter((mode) => mode !== spec.params.mode)
    .map((mode) => {
      const found = maps
        .flatMap((entry) => {
          const { spec: other, runId: by } = entry.madeBy;
          return other?.kind === 'disentanglement' && other.params.mode === mode
            ? [{ mode, runId: by, spec: other, artifact: entry.id }]
            : [];
        })
        .filter((map) => measuresTheSame(spec, map.spec, correspond));
      const grid = JSON.stringify(spec.params.cells);
      const best = found.find((map) => JSON.stringify(map.spec.params.cells) === grid) ?? found.at(0);
      return best ?? findWizard({ runId, spec }, mode, vectors, trainings);
    });
}

/** Loads what {@link findComparableMaps} finds in the catalog. */
export async function loadComparableMaps(
  client: HostClient,
  map: { readonly runId: string; readonly spec: MapSpec },
): Promise<ComparableMap[]> {
  const list = (kind: 'disentanglement' | 'task-vector') =>
    client.query('artifacts.list', { kinds: [kind], limit: most });
  const [maps, vectors] = await Promise.all([list('disentanglement'), list('task-vector')]);
  return findComparableMaps(map, maps, vectors);
}

/** Loads the maps that were found. */
export async function loadMaps(client: HostClient, found: readonly ComparableMap[]): Promise<ShownMap[]> {
  const measured = found.flatMap((map) => ('artifact' in map ? [map] : []));
  return Promise.all(
    measured.map(async ({ runId, spec, artifact }) => ({
      runId,
      spec,
      result: disentanglementResultSchema.parse(await client.query('artifacts.json', { id: artifact })),
    })),
  );
}

function isSameTask(one: Training | null, other: Training | null): boolean {
  return (
    one !== null &&
    other !== null &&
    one.seed === other.seed &&
    one.inputs.model === other.inputs.model &&
    one.inputs.dataset === other.inputs.dataset &&
    one.inputs.head === other.inputs.head
  );
}

function measuresTheSame(
  { params, inputs, seed }: MapSpec,
  other: MapSpec,
  correspond: (one: string, other: string) => boolean,
): boolean {
  return (
    other.params.cells.shape === params.cells.shape &&
    other.params.split === params.split &&
    other.params.imageCount === params.imageCount &&
    other.seed === seed &&
    other.inputs.model === inputs.model &&
    other.inputs.tasks.length === inputs.tasks.length &&
    inputs.tasks.every(({ dataset, head, taskVector }, t) => {
      const task = other.inputs.tasks[t];
      return task.dataset === dataset && task.head === head && correspond(taskVector, task.taskVector);
    })
  );
}

/** Where the map that is missing can be made, or first a task vector of its kind. */
function findWizard(
  { runId, spec }: { readonly runId: string; readonly spec: MapSpec },
  mode: EvaluationMode,
  vectors: readonly LibraryEntry[],
  known: ReadonlyMap<string, LibraryEntry>,
): ComparableMap {
  const kind = mode === 'linear' ? 'linear' : 'standard';
  const tasks: MapSpec['inputs']['tasks'] = [];
  for (const task of spec.inputs.tasks) {
    const own = known.get(task.taskVector)?.madeBy;
    const training = own?.spec?.kind === 'finetune' ? own.spec : null;
    const isOfKind = (spec.params.mode === 'linear') === (mode === 'linear');
    const counterpart = vectors.find(
      ({ madeBy: { spec: other } }) =>
        other?.kind === 'finetune' && other.params.mode === kind && isSameTask(training, other),
    );
    if (!isOfKind && counterpart === undefined) {
      const wizard: Route = {
        page: 'new',
        kind: 'finetune',
        from: own?.runId ?? null,
        changes: { 'params.mode': kind },
      };
      return { mode, wizard, untrained: task.dataset };
    }
    tasks.push({ ...task, taskVector: isOfKind ? task.taskVector : counterpart!.id });
  }
  const changes = { 'params.mode': mode, 'inputs.tasks': tasks };
  return { mode, wizard: { page: 'new', kind: 'disentanglement', from: runId, changes }, untrained: null };
}
