import type { NtkResult } from '#contract/ntk';
import { countOf, listNames } from './list-names';

/** A kernel as it is drawn; the first of several is what the figure is about, the others what it is compared with. */
export interface DrawnKernel {
  /** Of the network. */
  readonly name: string;
  readonly result: NtkResult;
}

/** Says what the kernels of a figure are of: the scalar of which networks, on which images. */
export function describeKernels(kernels: readonly DrawnKernel[]): string {
  const [{ result }] = kernels;
  const { task, control } = result.images;
  return (
    `Neural tangent kernels of ${listNames(kernels.map(({ name }) => name))} for ${describeScalar(result)}, on ` +
    `${countOf(task.indices.length, 'image')} of ${task.task} and ${control.indices.length} of the control task ` +
    `${control.task} (${result.split} split); decomposed is the block between those of ${task.task} and all.`
  );
}

function describeScalar({ kernel, spectra }: NtkResult): string {
  switch (kernel.scalar) {
    case 'logitSum':
      return 'the sum of the logits of the un-normalized feature';
    case 'classLogit':
      return `the logit of ${several(spectra.length, 'class', 'classes')} (of the un-normalized feature)`;
    case 'feature':
      return `${several(spectra.length, 'number', 'numbers')} of the un-normalized feature`;
  }
}

function several(count: number, one: string, many: string): string {
  return count === 1 ? `one ${one}` : `each of ${count} ${many}`;
}

/** Says over what energies are averaged; empty for one kernel. */
export function describeOutputs({ spectra }: NtkResult): string {
  return spectra.length === 1 ? '' : ` Averaged over ${spectra.length} outputs.`;
}

/** How many eigenfunctions the run itself keeps of every output. */
export function usualRank({ spectra }: NtkResult): number {
  return Math.min(...spectra.map(({ rank }) => rank));
}

/** What the local energy is on average if nothing is localized. */
export function evenEnergy({ images }: NtkResult, rank: number): number {
  return rank / (images.task.indices.length + images.control.indices.length);
}
