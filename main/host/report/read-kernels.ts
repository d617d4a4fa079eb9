import { AppError } from '#contract/errors';
import { ntkResultSchema, type NtkResult } from '#contract/ntk';
import type { DrawnKernel } from '#report/figures/kernel-words';
import { tellApart } from '#report/figures/tell-apart';
import { findOutput, readOutput } from './read-output';
import type { ReportSources } from './report-sources';

/** A kernel with its eigenfunctions. */
export interface StoredKernel extends DrawnKernel {
  readonly runId: string;
  /** The `kernel-spectrum` artifact; null where it is not there. */
  readonly spectrumId: string | null;
}

/**
 * Reads kernels that are drawn in one figure, with a name for the network of each.
 *
 * @param runIds each has computed a kernel
 * @throws {AppError} `nothing_to_show` if one has not, or if they are not of the same scalars of the same images
 */
export async function readKernels(
  runIds: readonly string[],
  sources: ReportSources,
): Promise<StoredKernel[]> {
  const read = await Promise.all(
    [...new Set(runIds)].map(async (runId) => ({
      runId,
      result: await readOutput(runId, 'ntk', ntkResultSchema, sources),
      spectrumId: findOutput(runId, 'kernel-spectrum', sources)?.id ?? null,
    })),
  );
  const other = read.find(({ result }) => subjectOf(result) !== subjectOf(read[0].result));
  if (other !== undefined) {
    const message = `The kernels of ${read[0].runId} and ${other.runId} are not of the same images and scalars: they cannot stand in one figure.`;
    throw new AppError('nothing_to_show', message, { runIds: [read[0].runId, other.runId] });
  }
  const names = tellApart(
    read.map(({ runId, result }) => [nameOf(runId, result, sources), result.model, runId]),
  );
  return read.map((kernel, place) => ({ ...kernel, name: names[place] }));
}

/** What decides which images and scalars a kernel is of. */
function subjectOf({ kernel, split, images, spectra }: NtkResult): string {
  const of = ({ dataset, indices }: NtkResult['images']['task']) => [dataset, indices];
  return JSON.stringify([
    kernel.scalar,
    split,
    of(images.task),
    of(images.control),
    spectra.map(({ output }) => output),
  ]);
}

/** A random network is called that: its model bears the name of the one whose sizes it has. */
function nameOf(runId: string, { model, kernel }: NtkResult, { catalog }: ReportSources): string {
  const own = catalog.artifacts.ofRun(runId, 'input').find(({ role }) => role === 'model');
  const maker = own === undefined ? null : catalog.artifacts.find(own.id).madeBy;
  const isRandom = maker !== null && catalog.runs.get(maker).kind === 'initialize-model';
  return `${isRandom ? 'random θ0' : model}${kernel.point === 'params' ? ' + τ' : ''}`;
}
