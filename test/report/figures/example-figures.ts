import type { FigureDocument } from '#contract/figure';
import { accuraciesFigure } from '#report/figures/accuracies-figure';
import { additionSweepFigure, combinationSweepFigure } from '#report/figures/addition-sweep-figure';
import { advantageFigure } from '#report/figures/advantage-figure';
import { alphaFigure } from '#report/figures/alpha-figure';
import { datasetFigure } from '#report/figures/dataset-figure';
import { disentanglementFigure } from '#report/figures/disentanglement-figure';
import { eigenfunctionFigure } from '#report/figures/eigenfunction-figure';
import { energyRanksFigure } from '#report/figures/energy-ranks-figure';
import { localEnergyFigure } from '#report/figures/local-energy-figure';
import { metricFigure } from '#report/figures/metric-figure';
import { negationSweepFigure } from '#report/figures/negation-sweep-figure';
import { searchFigure } from '#report/figures/search-figure';
import { spectrumFigure } from '#report/figures/spectrum-figure';
import { trainingFigure } from '#report/figures/training-figure';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { exampleAddition, exampleBenchmark, exampleNegation } from '../example-benchmark';
import {
  additionSearch,
  combinationResult,
  diagonalResult,
  kernelResult,
  mapResult,
  mergeResult,
  negationSearch,
  pairsResult,
  trainingInput,
} from './figure-inputs';

const png = { bytes: new Uint8Array([0x89]), mediaType: 'image/png' as const };
const summary = summarizeBenchmark(exampleBenchmark());
const measured = (result: ReturnType<typeof mapResult>) => ({ runId: `of-${result.mode}`, seed: 0, result });
const kernels = ['starter', 'random θ0'].map((name) => ({ name, result: kernelResult('starter') }));
const energies = kernels.map((kernel) => ({ ...kernel, ...kernel.result.localEnergy.perImage }));
const numbers = { single: [900, 800], added: [700, 600], atOne: [500, 400] };
const accuraciesOf = (quantity: Parameters<typeof accuraciesFigure>[1]) =>
  accuraciesFigure(summary, quantity, 'deviation')!;
const published = {
  model: 'ViT-B-32',
  suite: '8-Vision',
  isSame: false,
  singleTask: [{ task: 'digits', nonLinear: 0.997, linear: 0.991, source: 'somebody', confirmed: false }],
};

/** A figure of every kind that there is, of small made-up results. */
export const exampleFigures: Readonly<Record<string, FigureDocument>> = {
  maps: disentanglementFigure([measured(mapResult('linear')), measured(mapResult('standard'))]),
  diagonal: disentanglementFigure([
    measured(diagonalResult('linear', 0.1)),
    measured(diagonalResult('standard')),
  ]),
  pairs: disentanglementFigure([measured(pairsResult())]),
  'local-energy': localEnergyFigure(energies.slice(0, 1), 3),
  'local-energy-beside': localEnergyFigure(energies, 3),
  'local-energy-ranks': energyRanksFigure(kernels),
  spectrum: spectrumFigure(kernels, 1),
  eigenfunctions: eigenfunctionFigure(kernels[0], 1, 2, () => png),
  metric: metricFigure(
    [0, 1].map((seed) => ({
      title: 'Fine-tune on signs (linear)',
      seed,
      runId: `run${seed}`,
      isFinished: seed === 0,
      points: [0, 1, 2].map((step) => ({ step, value: step === 2 ? 0 : 3 - step + seed / 10 })),
    })),
    'loss',
    true,
  ),
  'sweep-addition': additionSweepFigure(exampleAddition('linear', numbers)),
  'sweep-merge': additionSweepFigure(mergeResult()),
  'sweep-combination': combinationSweepFigure(combinationResult()),
  'sweep-negation': negationSweepFigure(
    exampleNegation('posthoc', { single: [900, 800], target: [200, 100] }),
  ),
  'search-addition': searchFigure(additionSearch()),
  'search-negation': searchFigure(negationSearch()),
  training: trainingFigure(trainingInput(), 'deviation'),
  'advantage-linear': advantageFigure(summary, 'linear', published),
  'advantage-posthoc': advantageFigure(summary, 'posthoc', null),
  'alpha-addition': alphaFigure(summary, 'addition', 'interval'),
  'alpha-negation': alphaFigure(summary, 'negation', 'deviation'),
  'accuracies-single-task': accuraciesOf('single-task'),
  'accuracies-added': accuraciesOf('added'),
  'accuracies-negated-target': accuraciesOf('negated-target'),
  'accuracies-negated-control': accuraciesOf('negated-control'),
  'accuracies-random-init': accuraciesOf('random-init'),
  images: datasetFigure({
    name: 'signs',
    split: 'test',
    classes: ['stop', 'yield', 'priority'].map((name) => ({ name, images: [png, png] })),
    classCount: 4,
    leftOut: 1,
  }),
};
