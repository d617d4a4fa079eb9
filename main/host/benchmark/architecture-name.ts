import type { ArtifactStore } from '#artifacts/artifact-store';
import type { ArtifactRecord } from '#contract/records';
import { modelReportSchema } from '#contract/results';

/** Sizes of the published image towers, as an import's report writes them. */
const architectures: Readonly<Record<string, string>> = {
  '224 with patches of 32; width 768, 12 layers': 'ViT-B-32',
  '224 with patches of 16; width 768, 12 layers': 'ViT-B-16',
  '224 with patches of 14; width 1024, 24 layers': 'ViT-L-14',
};

/**
 * Names the image tower of an imported model as open_clip does.
 *
 * @param report the `model-report` of its import, if there is one
 * @param artifacts holds it
 * @returns for example ViT-B-32; its sizes if it is none of the published ones
 */
export async function architectureName(
  report: ArtifactRecord | undefined,
  artifacts: ArtifactStore,
): Promise<string> {
  if (report === undefined || !(await artifacts.has(report.id, report.sizeBytes))) return 'of unknown sizes';
  const { facts } = modelReportSchema.parse(JSON.parse((await artifacts.read(report.id)).toString()));
  const value = (field: string) => facts.find((fact) => fact.field === field)?.value ?? '';
  const sizes = `${value('image size')}; ${value('transformer')}`;
  return architectures[sizes] ?? sizes;
}
