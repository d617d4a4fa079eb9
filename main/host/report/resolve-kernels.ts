import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import { energyRanksFigure } from '#report/figures/energy-ranks-figure';
import { usualRank } from '#report/figures/kernel-words';
import { localEnergyFigure, type DrawnEnergy } from '#report/figures/local-energy-figure';
import { spectrumFigure } from '#report/figures/spectrum-figure';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import { readKernels, type StoredKernel } from './read-kernels';
import type { ReportSources } from './report-sources';

type KernelSource = Extract<FigureSource, { kind: 'local-energy' | 'local-energy-ranks' | 'spectrum' }>;

/**
 * Makes a figure of one kernel or of several beside each other.
 *
 * @throws {AppError} `nothing_to_show`
 */
export async function resolveKernels(
  source: KernelSource,
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  const kernels = await readKernels(source.runIds, sources);
  return {
    content: await drawKernels(source, kernels, sources),
    origins: originsOf(source.runIds, sources.catalog),
  };
}

async function drawKernels(
  source: KernelSource,
  kernels: readonly StoredKernel[],
  sources: ReportSources,
): Promise<FigureDocument> {
  switch (source.kind) {
    case 'local-energy-ranks':
      return energyRanksFigure(kernels);
    case 'spectrum': {
      assertOutput(kernels[0], source.output);
      return spectrumFigure(kernels, source.output);
    }
    case 'local-energy': {
      const rank = source.rank ?? usualRank(kernels[0].result);
      const energies: DrawnEnergy[] = [];
      for (const kernel of kernels) energies.push(await energyOf(kernel, rank, sources));
      return localEnergyFigure(energies, rank);
    }
  }
}

/**
 * Checks that a kernel has an output.
 *
 * @param output place among its outputs
 * @throws {AppError} `nothing_to_show`
 */
export function assertOutput({ runId, result: { spectra } }: StoredKernel, output: number): void {
  if (output < spectra.length) return;
  const message = `The kernel of run ${runId} has ${spectra.length} outputs: there is none of number ${output}, counted from 0.`;
  throw new AppError('nothing_to_show', message, { runId, output });
}

/** The local energy of every image, as the run says it, or from its eigenfunctions where it keeps another number of them. */
async function energyOf(
  kernel: StoredKernel,
  rank: number,
  { kernelEnergy }: ReportSources,
): Promise<DrawnEnergy> {
  const { result, spectrumId, runId } = kernel;
  const { perImage, byRank } = result.localEnergy;
  if (result.spectra.every((spectrum) => spectrum.rank === rank)) return { ...kernel, ...perImage };
  if (rank > byRank.task.length || spectrumId === null) {
    const message = `The local energy with ${rank} eigenfunctions is not there for run ${runId}, which has ${byRank.task.length}${spectrumId === null ? ' and did not store them' : ''}.`;
    throw new AppError('nothing_to_show', message, { runId, rank });
  }
  const all = await kernelEnergy.perImage(spectrumId, rank);
  const { length: taskCount } = result.images.task.indices;
  return { ...kernel, task: [...all.subarray(0, taskCount)], control: [...all.subarray(taskCount)] };
}
