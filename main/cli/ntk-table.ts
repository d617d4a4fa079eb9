import type { NtkResult } from '#contract/ntk';
import { formatTable, type Output } from './output';

const SCALARS = {
  classLogit: 'class logits of the un-normalised feature',
  logitSum: 'the sum of the logits of the un-normalised feature',
  feature: 'single numbers of the un-normalised feature',
} as const;
const POINTS = { params0: 'θ0', params: 'θ0 + τ' } as const;
/** Ranks that are shown, as far as there are. */
const RANKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Prints local energies of networks on the same images, side by side: in all, by rank, by class and by output. */
export function printNtk(results: readonly NtkResult[], output: Output): void {
  for (const result of results) output.value(result);
  const [first] = results;
  const { task, control } = first.images;
  const [N, M] = [task.indices.length, control.indices.length];
  const number = (value: number | null | undefined) => value?.toFixed(3) ?? '';
  output.line();
  output.line(
    `Local energy E_loc of the eigenfunctions of ${task.task}, from kernels of ${SCALARS[first.kernel.scalar]}`,
  );
  output.line(
    `${N} images of ${task.task} and ${M} of ${control.task} (${first.split}); ` +
      'where nothing is localised, r eigenfunctions have r / (all images) on both',
  );
  output.line();
  output.line(
    formatTable([
      ['', 'nothing', ...results.flatMap(({ model, kernel }) => [`${model} at ${POINTS[kernel.point]}`, ''])],
      ['mean over images and outputs', 'localised', ...results.flatMap(() => [task.task, control.task])],
      [
        describeRank(results),
        '',
        ...results.flatMap(({ localEnergy: e }) => [number(e.task), number(e.control)]),
      ],
      ...ranksOf(results).map((rank) => [
        `  first ${rank}`,
        number(rank / (N + M)),
        ...results.flatMap(({ localEnergy: { byRank } }) => [
          number(byRank.task[rank - 1]),
          number(byRank.control[rank - 1]),
        ]),
      ]),
      [`by class of the images of ${task.task}`],
      ...first.localEnergy.perClass
        .map(({ class: name }, c) => [
          `  ${name}`,
          '',
          ...results.flatMap(({ localEnergy: e }) => [number(e.perClass[c].mean), '']),
        ])
        .filter((row) => row.slice(2).some((cell) => cell !== '')),
      ['by output (rank)'],
      ...first.spectra.map(({ output: name }, c) => [
        `  ${name} (${results.map(({ spectra }) => spectra[c].rank).join(', ')})`,
        '',
        ...results.flatMap(({ spectra }) => [
          number(spectra[c].localEnergy.task),
          number(spectra[c].localEnergy.control),
        ]),
      ]),
    ]),
  );
}

/** Round numbers, and the highest rank that all have, at which they compare. */
function ranksOf(results: readonly NtkResult[]): number[] {
  const highest = results.map(({ localEnergy: { byRank } }) => byRank.task.length);
  const [common, most] = [Math.min(...highest), Math.max(...highest)];
  return [...new Set([...RANKS.filter((rank) => rank <= most), common])].sort((a, b) => a - b);
}

function describeRank(results: readonly NtkResult[]): string {
  const ranks = results.flatMap(({ spectra }) => spectra.map(({ rank }) => rank));
  const [least, most] = [Math.min(...ranks), Math.max(...ranks)];
  return least === most ? `  ${least} eigenfunctions` : `  ${least} to ${most} eigenfunctions`;
}
