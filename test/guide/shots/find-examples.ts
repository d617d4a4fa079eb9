import type { HostClient } from '#contract/api';
import type { LibraryEntry, RunDetail } from '#contract/records';
import type { RunSpecOf } from '#contract/specs/index';

/** What is shown, found in a data directory by kind. All are ids. */
export interface Examples {
  readonly study: string;
  /** The newest run of each kind, of the pre-trained model and in the tangent space where there is a choice. */
  readonly runs: Readonly<Record<ShownKind, string>>;
  /** Two trainings of the task of `dataset`. */
  readonly compared: readonly string[];
  readonly dataset: string;
  /** The run that imported it. */
  readonly importRun: string;
  /** Linear task vectors, one of each task. */
  readonly vectors: readonly string[];
  /** Head of the control of a negation. */
  readonly controlHead: string;
}

const analysisKinds = ['edit-add', 'edit-negate', 'disentanglement', 'ntk'] as const;
type AnalysisKind = (typeof analysisKinds)[number];
type ShownKind = AnalysisKind | 'finetune';

/** How to make what is missing. */
export class MissingExamples extends Error {
  constructor(commands: readonly string[]) {
    super(`The data directory lacks what is shown; make it with\n\n  ${commands.join('\n  ')}`);
  }
}

/**
 * Looks for what the pictures show.
 *
 * @param client of the host of the data directory
 * @param tangent how the command is called there, with its data directory
 * @throws {MissingExamples} with the commands that make what is not there
 */
export async function findExamples(client: HostClient, tangent: string): Promise<Examples> {
  const study = (await client.query('studies.list', undefined)).find(
    ({ template, state }) => template === 'starter-8' && state === 'finished',
  );
  if (study === undefined) throw new MissingExamples([`${tangent} study run starter-8`]);

  const trainings = await findTrainings(client);
  const vectors = newestLinear(trainings);
  const of = (task: string) => vectors.find(({ entry }) => entry.label.includes(task))!;
  const [aerial, cars] = [of('aerial'), of('cars')];
  const { model, dataset } = aerial.inputs;
  const [shown, other] = [brief(aerial.entry.id), brief(cars.entry.id)];
  const commands: Readonly<Record<AnalysisKind, string>> = {
    'edit-add': `${tangent} study run starter-8`,
    'edit-negate': `${tangent} study run starter-8`,
    disentanglement: `${tangent} map --mode linear --task-vector ${other} --task-vector ${shown}`,
    ntk: `${tangent} ntk --task-vector ${shown} --control ${brief(cars.inputs.dataset)} --beside-random`,
  };
  const found = new Map<AnalysisKind, RunDetail>();
  for (const kind of analysisKinds) {
    const run = await findLinearRun(client, kind, model);
    if (run !== null) found.set(kind, run);
  }
  const missing = analysisKinds.filter((kind) => !found.has(kind));
  if (missing.length > 0) throw new MissingExamples([...new Set(missing.map((kind) => commands[kind]))]);

  const idOf = (kind: AnalysisKind) => found.get(kind)!.id;
  return {
    study: study.id,
    runs: {
      finetune: aerial.entry.madeBy.runId,
      'edit-add': idOf('edit-add'),
      'edit-negate': idOf('edit-negate'),
      disentanglement: idOf('disentanglement'),
      ntk: idOf('ntk'),
    },
    compared: trainings
      .filter(({ inputs }) => inputs.model === model && inputs.dataset === dataset)
      .slice(0, 2)
      .map(({ entry }) => entry.madeBy.runId),
    dataset,
    importRun: (await client.query('artifacts.get', { id: dataset })).madeBy!,
    vectors: vectors.map(({ entry }) => entry.id),
    controlHead: (found.get('edit-negate')!.spec as RunSpecOf<'edit-negate'>).inputs.control.head,
  };
}

/** A task vector that was trained here. */
interface Training {
  readonly entry: LibraryEntry;
  readonly mode: RunSpecOf<'finetune'>['params']['mode'];
  readonly inputs: RunSpecOf<'finetune'>['inputs'];
}

/** The newest first. */
async function findTrainings(client: HostClient): Promise<Training[]> {
  const entries = await client.query('artifacts.list', { kinds: ['task-vector'], limit: 1000 });
  return entries.flatMap((entry) => {
    const { spec } = entry.madeBy;
    return spec?.kind === 'finetune' ? [{ entry, mode: spec.params.mode, inputs: spec.inputs }] : [];
  });
}

/** The newest linear vector of each task, in the order of their names. */
function newestLinear(trainings: readonly Training[]): Training[] {
  const byTask = new Map<string, Training>();
  for (const training of trainings) {
    const { dataset } = training.inputs;
    if (training.mode === 'linear' && !byTask.has(dataset)) byTask.set(dataset, training);
  }
  return [...byTask.values()].sort((a, b) => a.entry.label.localeCompare(b.entry.label));
}

/** The newest finished run of a kind at a model, in the tangent space where there is a choice; null if there is none. */
async function findLinearRun(
  client: HostClient,
  kind: AnalysisKind,
  model: string,
): Promise<RunDetail | null> {
  for (const { id } of await client.query('runs.list', { kinds: [kind], states: ['finished'] })) {
    const run = await client.query('runs.get', { runId: id });
    const { spec } = run;
    if (spec === null || !('model' in spec.inputs) || spec.inputs.model !== model) continue;
    if (!('mode' in spec.params) || spec.params.mode === 'linear') return run;
  }
  return null;
}

function brief(id: string): string {
  return id.slice(0, 12);
}
