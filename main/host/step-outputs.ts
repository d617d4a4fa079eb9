import { join } from 'node:path';
import type { ArtifactStore } from '#artifacts/artifact-store';
import { fingerprintSource, type SourceFingerprint } from '#artifacts/fingerprint';
import type { Catalog } from '#catalog/open-catalog';
import { renderedFolderSchema, type RenderedFolder } from '#contract/results';
import type { StudyStep } from '#contract/study-template';
import { stepDependencies, stepResources, type StepOutputs } from './resolve-step';

/** Where outputs of steps are looked for. */
interface OutputSources {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
  readonly renderedDirectory: string;
  /** Folder of what comes with the program. */
  readonly resourcesDirectory: string;
}

/**
 * Finds what a step refers to: outputs of earlier steps, and what comes with the program.
 *
 * @param step a step of a study
 * @param made the run that each earlier step has become, by the step's id
 * @param sources see {@link OutputSources}
 */
export async function findStepOutputs(
  step: StudyStep,
  made: ReadonlyMap<string, string>,
  { catalog, artifacts, renderedDirectory, resourcesDirectory }: OutputSources,
): Promise<StepOutputs> {
  const outputs = new Map<string, ReadonlyMap<string, string>>();
  const rendered = new Map<string, RenderedFolder>();
  for (const id of stepDependencies(step)) {
    const runId = made.get(id);
    if (runId === undefined) continue;
    const records = catalog.artifacts.ofRun(runId, 'output');
    outputs.set(id, new Map(records.map((record) => [record.role, record.id])));
    const folder = records.find((record) => record.kind === 'rendered-folder');
    if (folder === undefined) continue;
    rendered.set(id, renderedFolderSchema.parse(JSON.parse((await artifacts.read(folder.id)).toString())));
  }
  const resources = new Map<string, SourceFingerprint>();
  for (const name of stepResources(step)) {
    resources.set(name, await fingerprintSource(join(resourcesDirectory, name)));
  }
  return {
    resource: (name: string) => resources.get(name),
    artifact: (stepId: string, role: string) => outputs.get(stepId)?.get(role),
    rendered: (stepId: string) => rendered.get(stepId),
    renderedDirectory,
  };
}
