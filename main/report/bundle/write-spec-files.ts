import { canonicalJson } from '#contract/canonical-json';
import type { EnvironmentRecord } from '#contract/events';
import type { BundleContents, Files } from './bundle-contents';
import { formatJson } from './format-json';

/** Writes the study that makes the runs of a report again, the specification of every run, and a list of them. */
export function writeSpecFiles({ content, graph, runs }: BundleContents): Files {
  const list = content.runs.map(({ runId, ...about }, n) => ({
    id: runId,
    ...about,
    hindrance: runs[n].hindrance,
  }));
  return [
    ...(graph === null ? [] : [['specs/study.json', formatJson(graph)] as const]),
    ['specs/runs.json', formatJson(list)],
    ...content.runs.map(({ runId }, n) => [`specs/runs/${runId}.json`, formatJson(runs[n].spec)] as const),
  ];
}

/**
 * Writes what the runs of a report were computed with: each environment once, with its runs. Why engines were refused on
 * that machine is left out: it decides no number, and names folders there.
 */
export function writeEnvironments({ content, runs }: BundleContents): string {
  const found = new Map<string, { readonly runs: string[] } & Record<string, unknown>>();
  content.runs.forEach(({ runId }, n) => {
    const { environment } = runs[n];
    if (environment === null) return;
    const told = withoutRefusals(environment);
    const key = canonicalJson(told);
    const entry = found.get(key) ?? { ...told, runs: [] };
    entry.runs.push(runId);
    found.set(key, entry);
  });
  return formatJson({ format: 'tangent-environments/1', environments: [...found.values()] });
}

function withoutRefusals(environment: EnvironmentRecord) {
  const { name, device, version, threads, deterministic } = environment.engine;
  return { ...environment, engine: { name, device, version, threads, deterministic } };
}
