import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintSource } from '#artifacts/fingerprint';
import type { RunSummary } from '#contract/records';
import { renderedFolderSchema } from '#contract/results';
import { parseRunSpecUnlessRetired, type RunSpec } from '#contract/specs/index';
import type { ReportSources } from './report-sources';

/** A run, and where what it read is from. */
export interface TracedRun {
  readonly run: RunSummary;
  /** As it was submitted, whatever its version. */
  readonly storedSpec: unknown;
  /** Null for a specification that this program does not execute any more. */
  readonly spec: RunSpec | null;
  /** By an input artifact, the run that made it and as what; none for what no known run has made. */
  readonly makers: ReadonlyMap<string, { readonly runId: string; readonly role: string }>;
  /** Where a folder that it imports is from; null for a source of the user's own, and for runs that import nothing. */
  readonly origin: SourceOrigin | null;
}

/** Something that a study can refer to in place of a path. */
export type SourceOrigin =
  /** A task that a `render-tasks` run drew. */
  | { readonly kind: 'rendered'; readonly runId: string; readonly name: string }
  /** What comes with the program. */
  | { readonly kind: 'resource'; readonly name: string };

/**
 * Finds the runs that made what some runs read, and those that made what these read, and so on.
 *
 * Of several runs that made the same file, one that is in the list already comes first; a maker was always submitted
 * before the run that read it.
 *
 * @param runIds where to begin
 * @returns all of them, in the order of submission
 */
export async function traceLineage(
  runIds: Iterable<string>,
  sources: ReportSources,
): Promise<readonly TracedRun[]> {
  const { catalog } = sources;
  const known = new Set(runIds);
  const traced = new Map<string, TracedRun>();
  const rendered = await findRendered(sources);
  const visit = async (run: RunSummary): Promise<void> => {
    const storedSpec = catalog.runs.storedSpec(run.id);
    const spec = parseRunSpecUnlessRetired(storedSpec);
    const makers = new Map<string, { runId: string; role: string }>();
    for (const { id } of catalog.artifacts.ofRun(run.id, 'input')) {
      const candidates = catalog.artifacts.makersBefore(id, run.id);
      const runId = candidates.find((candidate) => known.has(candidate)) ?? candidates.at(0);
      if (runId === undefined) continue;
      const role = catalog.artifacts.ofRun(runId, 'output').find((output) => output.id === id)?.role;
      if (role !== undefined) makers.set(id, { runId, role });
    }
    const origin = await findOrigin(spec, rendered, sources);
    traced.set(run.id, { run, storedSpec, spec, makers, origin });
    const before = [...makers.values()].map(({ runId }) => runId);
    if (origin?.kind === 'rendered') before.push(origin.runId);
    for (const maker of before) known.add(maker);
  };
  for (;;) {
    const next = catalog.runs.inOrder([...known].filter((id) => !traced.has(id)));
    if (next.length === 0) break;
    for (const run of next) await visit(run);
  }
  return catalog.runs.inOrder(traced.keys()).map(({ id }) => traced.get(id)!);
}

type Rendered = ReadonlyMap<string, { readonly runId: string; readonly name: string }>;

/** Everything that was drawn, by its fingerprint: a data directory may have been moved since, with all its paths. */
async function findRendered({ catalog, artifacts }: ReportSources): Promise<Rendered> {
  const found = new Map<string, { runId: string; name: string }>();
  const entries = catalog.artifacts.list({
    kinds: ['rendered-folder'],
    text: '',
    limit: Number.MAX_SAFE_INTEGER,
  });
  for (const { id, madeBy } of entries) {
    // Where the record of a folder is gone, what was imported from it counts as a source of the user's own.
    const content = await artifacts.read(id).catch(() => null);
    if (content === null) continue;
    const { tasks } = renderedFolderSchema.parse(JSON.parse(content.toString()));
    for (const { name, fingerprint } of tasks) found.set(fingerprint, { runId: madeBy.runId, name });
  }
  return found;
}

async function findOrigin(
  spec: RunSpec | null,
  rendered: Rendered,
  { resourcesDirectory }: ReportSources,
): Promise<SourceOrigin | null> {
  if (spec?.kind !== 'import-dataset' && spec?.kind !== 'import-model') return null;
  const { path, fingerprint } = spec.params;
  const drawn = rendered.get(fingerprint);
  if (drawn !== undefined) return { kind: 'rendered', ...drawn };
  const name = /[/\\]resources[/\\]([a-z0-9-]+(?:[/\\][a-z0-9-]+)*)$/.exec(path)?.[1]?.replaceAll('\\', '/');
  if (name === undefined || !existsSync(join(resourcesDirectory, name))) return null;
  const here = await fingerprintSource(join(resourcesDirectory, name));
  return here.fingerprint === fingerprint ? { kind: 'resource', name } : null;
}
