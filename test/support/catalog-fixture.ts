import { onTestFinished } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { openCatalog, type Catalog } from '#catalog/open-catalog';
import type { ArtifactKind, RunEventBody } from '#contract/events';
import type { RunSummary } from '#contract/records';
import { runSpecText, type RunSpec } from '#contract/specs/index';
import { renderSpec } from './specs';

/** Opens a catalog in memory that is closed when the test has finished. */
export function openTestCatalog(): Catalog {
  const catalog = openCatalog(':memory:');
  onTestFinished(() => catalog.close());
  return catalog;
}

/** Adds a queued run. */
export function addRun(catalog: Catalog, spec: RunSpec = renderSpec(), now = 1000): RunSummary {
  return catalog.runs.insert(spec, sha256(runSpecText(spec)), `run of ${spec.kind}`, now);
}

/** Stores an event under the run's next sequence number. */
export function say(catalog: Catalog, runId: string, body: RunEventBody, at = 2000): void {
  const { lastSequence, attempt } = catalog.runs.get(runId);
  catalog.events.append({ runId, sequence: lastSequence + 1, attempt, at, body });
}

/** Adds a run that has finished with one artifact, and returns both ids. */
export function addArtifact(
  catalog: Catalog,
  content: string,
  options: { kind?: ArtifactKind; role?: string; label?: string } = {},
): { runId: string; artifactId: string } {
  const { id } = addRun(catalog);
  const artifactId = sha256(content);
  say(catalog, id, artifactEvent(content, options));
  say(catalog, id, { type: 'end', outcome: 'finished', error: null });
  return { runId: id, artifactId };
}

/** The event that announces an artifact of this content. */
export function artifactEvent(
  content: string,
  options: { kind?: ArtifactKind; role?: string; label?: string } = {},
): Extract<RunEventBody, { type: 'artifact' }> {
  const { kind = 'model', role = kind, label = content } = options;
  return {
    type: 'artifact',
    artifactId: sha256(content),
    kind,
    role,
    label,
    sizeBytes: Buffer.byteLength(content),
  };
}
