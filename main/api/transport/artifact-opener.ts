import { AppError } from '#contract/errors';
import type { Host } from '#host/open-host';
import type { ArtifactOpener } from './artifact-download';

/**
 * Opens artifacts of a host for download; fails with `unknown_artifact`, or with `artifact_damaged`
 * if the catalog knows the artifact but its file is gone.
 */
export function createArtifactOpener(host: Pick<Host, 'artifacts' | 'catalog'>): ArtifactOpener {
  return async (id) => {
    const { kind, label } = host.catalog.artifacts.find(id);
    const file = await host.artifacts.openStream(id);
    if (file === null) {
      throw new AppError('artifact_damaged', `the file of artifact ${id} is missing`, { artifactId: id });
    }
    return { ...file, kind, label };
  };
}
