import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { DataDirectory } from '../data-directory';
import type { DatasetImages } from '../dataset-images';
import type { KernelEnergy } from '../kernel-energy';

/** Where reports are made from. */
export interface ReportSources {
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
  readonly directory: DataDirectory;
  readonly datasetImages: DatasetImages;
  readonly kernelEnergy: KernelEnergy;
  /** Folder of what comes with the program. */
  readonly resourcesDirectory: string;
  readonly appVersion: string;
}
