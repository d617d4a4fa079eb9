import type { StudyGraph, StudyStep } from '#contract/study-template';
import type { SourceOrigin, TracedRun } from './trace-lineage';

/** A study whose runs a graph has, and which run each of its steps has become. */
export interface GraphedStudy {
  readonly template: StudyGraph;
  readonly runOf: ReadonlyMap<string, string>;
}

/** Where a step takes an artifact from. */
interface Reference {
  readonly $output: string;
  readonly of: string;
}
type References = ReadonlyMap<string, Reference>;

/**
 * Writes the study that makes runs again wherever their sources are: every run is a step, and in the place of each
 * artifact stands the step that makes it. Runs of one specification are one step.
 *
 * The steps of a study stay as they are; what they take from outside becomes steps before them, and other runs come
 * behind them. So a study that stands alone is the same as it was started with.
 *
 * @param about name, title and description, for runs that belong to no study
 * @param study the study that they belong to, or null
 * @param traced the runs with those that made what they read, in the order of submission
 * @returns null where no run can be made again; see {@link hindranceOf}
 */
export function writeGraph(
  about: Pick<StudyGraph, 'name' | 'title' | 'description'>,
  study: GraphedStudy | null,
  traced: readonly TracedRun[],
): StudyGraph | null {
  const runs = new Map(traced.filter((run) => hindranceOf(run) === null).map((run) => [run.run.id, run]));
  const stepOf = new Map<string, string>();
  const stepOfRun = (runId: string) => stepOf.get(runs.get(runId)?.run.specHash ?? '');
  /** What a run reads, as far as a step makes it. */
  const referencesOf = ({ makers }: TracedRun): References =>
    new Map(
      [...makers].flatMap(([artifact, { runId, role }]) => {
        const of = stepOfRun(runId);
        return of === undefined ? [] : [[artifact, { $output: role, of }] as const];
      }),
    );
  const own = study?.template.steps ?? [];
  const ownRuns = own.flatMap(({ id }) => {
    const run = runs.get(study?.runOf.get(id) ?? '');
    if (run === undefined) return [];
    if (!stepOf.has(run.run.specHash)) stepOf.set(run.run.specHash, id);
    return [run];
  });
  /** Steps of the study, and those that need one of them. */
  const late = new Set(own.map(({ id }) => id));
  const taken = new Set(late);
  const [before, behind]: [StudyStep[], StudyStep[]] = [[], []];
  for (const run of runs.values()) {
    const { specHash, kind, title } = run.run;
    if (stepOf.has(specHash)) continue;
    const id = newId(kind, taken);
    stepOf.set(specHash, id);
    const references = referencesOf(run);
    const spec = withOrigin(withReferences(run.spec!, references), stepOrigin(run.origin, stepOfRun));
    const isLate = [...references.values()].some(({ of }) => late.has(of));
    if (isLate) late.add(id);
    (isLate ? behind : before).push({ id, title, spec });
  }
  const outside = new Map(ownRuns.flatMap((run) => [...referencesOf(run)]));
  const steps = [
    ...before,
    ...own.map((step) => ({ ...step, spec: withReferences(step.spec, outside) })),
    ...behind,
  ];
  if (steps.length === 0) return null;
  return study === null ? { format: 'tangent-study/1', ...about, steps } : { ...study.template, steps };
}

/** Says why a run cannot be made again as a step of a study; null where it can. */
export function hindranceOf({ run, spec }: TracedRun): string | null {
  if (spec === null) return 'this version of the program does not execute its specification any more';
  return run.state === 'finished' ? null : `it is ${run.state}, not finished`;
}

/** Names the first, second, … step of a kind, and takes the name. */
function newId(kind: string, taken: Set<string>): string {
  let n = 1;
  while (taken.has(`${kind}-${n}`)) n += 1;
  taken.add(`${kind}-${n}`);
  return `${kind}-${n}`;
}

/** Puts references in the place of artifacts among the inputs of a specification. */
function withReferences(spec: StudyStep['spec'], references: References): StudyStep['spec'] {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return references.get(value) ?? value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
  };
  return { ...spec, inputs: replace(spec.inputs) };
}

type StepOrigin = Readonly<Record<'path' | 'fingerprint', unknown>> | null;

/** How a step names a folder that an earlier step draws, or that comes with the program. */
function stepOrigin(origin: SourceOrigin | null, stepOf: (runId: string) => string | undefined): StepOrigin {
  if (origin === null) return null;
  if (origin.kind === 'resource') {
    const of = (property: 'path' | 'fingerprint') => ({ $resource: origin.name, property });
    return { path: of('path'), fingerprint: of('fingerprint') };
  }
  const step = stepOf(origin.runId);
  if (step === undefined) return null;
  const of = (property: 'folder' | 'fingerprint') => ({ $renderedFolder: origin.name, of: step, property });
  return { path: of('folder'), fingerprint: of('fingerprint') };
}

function withOrigin(spec: StudyStep['spec'], origin: StepOrigin): StudyStep['spec'] {
  return origin === null ? spec : { ...spec, params: { ...(spec.params as object), ...origin } };
}
