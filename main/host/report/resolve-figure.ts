import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import type { ReportSources } from './report-sources';
import { resolveBenchmarkFigure } from './resolve-benchmark-figure';
import { resolveDatasetImages } from './resolve-dataset-images';
import { resolveDisentanglement } from './resolve-disentanglement';
import { resolveEigenfunctions } from './resolve-eigenfunctions';
import { resolveKernels } from './resolve-kernels';
import { resolveMetric } from './resolve-metric';
import { resolveSweep } from './resolve-sweep';
import { resolveTraining } from './resolve-training';

/**
 * Makes the data of a figure from what the catalog has.
 *
 * @param source what is to be seen
 * @param spread in which width bands and error bars are drawn
 * @throws {AppError} `nothing_to_show` where the runs have not measured it, `unknown_run` and so on
 */
export async function resolveFigure(
  source: FigureSource,
  spread: SpreadKind,
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  switch (source.kind) {
    case 'disentanglement':
      return resolveDisentanglement(source.runIds, sources);
    case 'local-energy':
    case 'local-energy-ranks':
    case 'spectrum':
      return resolveKernels(source, sources);
    case 'eigenfunctions':
      return resolveEigenfunctions(source, sources);
    case 'metric':
      return resolveMetric(source, sources);
    case 'sweep':
      return resolveSweep(source.runId, sources);
    case 'training':
      return resolveTraining(source, spread, sources);
    case 'advantage':
    case 'alpha':
    case 'accuracies':
      return resolveBenchmarkFigure(source, spread, sources);
    case 'images':
      return resolveDatasetImages(source, sources);
  }
}
