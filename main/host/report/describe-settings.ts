import { sha256 } from '#artifacts/sha256';
import type { Catalog } from '#catalog/open-catalog';
import { canonicalJson } from '#contract/canonical-json';
import type { ComparedRun, Setting } from '#report/tables/runs/comparison-table';

/** Digits of an artifact's id that tell it from others. */
const MARK_LENGTH = 8;

/**
 * Lists the settings of a run as its specification has them. Artifacts are equal where the runs that made them are equal
 * but for seeds, and go by their labels.
 *
 * @param runId its whole id
 */
export function describeSettings(runId: string, catalog: Catalog): Pick<ComparedRun, 'seed' | 'settings'> {
  const { seed, ...spec } = catalog.runs.storedSpec(runId) as { readonly seed: number };
  const labels = new Map(catalog.artifacts.ofRun(runId, 'input').map(({ id, label }) => [id, label]));
  const settings = new Map<string, Setting>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) visit(part, [...path, name]);
      return;
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const label = labels.get(text);
    settings.set(
      path.join('.'),
      label === undefined
        ? { text, key: text, mark: null }
        : { text: label, key: lineageOf(text, catalog), mark: text.slice(0, MARK_LENGTH) },
    );
  };
  visit(spec, []);
  return { seed, settings };
}

/** What an artifact was made by, whatever the seeds: as what, by which specification, from what. */
function lineageOf(artifactId: string, catalog: Catalog, known = new Map<string, string>()): string {
  const found = known.get(artifactId);
  if (found !== undefined) return found;
  const { madeBy, role } = catalog.artifacts.find(artifactId);
  const key =
    madeBy === null
      ? artifactId
      : sha256(
          canonicalJson({
            role,
            spec: { ...(catalog.runs.storedSpec(madeBy) as object), seed: null, inputs: null },
            inputs: catalog.artifacts
              .ofRun(madeBy, 'input')
              .map((input) => [input.role, lineageOf(input.id, catalog, known)]),
          }),
        );
  known.set(artifactId, key);
  return key;
}
