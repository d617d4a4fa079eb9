import type { DisentanglementResult } from '#contract/disentanglement';
import type { AdditionSearch, NegationSearch } from '#contract/edit-search';
import type { KernelPredictorResult } from '#contract/kernel-predictor';
import type { NtkResult } from '#contract/ntk';
import type { CombinationResult, EvaluationResult, MergeResult } from '#contract/results';
import { accuracies, accuracy, exampleAddition, exampleTasks } from '../example-benchmark';
import { hex } from '#test/support/hex';

const single = [900, 800];
const sum = (correct: readonly number[]) => ({
  val: accuracies(correct, single),
  test: accuracies(correct, single),
});

export const exampleEvaluation: EvaluationResult = {
  format: 'tangent-evaluation/1',
  mode: 'linear',
  split: 'val',
  scalingCoefs: [0.5, -0.25],
  accuracy: accuracy('digits', 123, 400),
};

export const exampleMerge: MergeResult = {
  ...exampleAddition('standard', { single, added: [700, 600], atOne: [450, 400] }),
  format: 'tangent-merge/1',
  rule: { name: 'ties', keep: 0.2 },
  testAtOne: null,
};

export const exampleCombination: CombinationResult = {
  format: 'tangent-combination/1',
  mode: 'posthoc',
  terms: [
    { label: 'digits (standard)', scalingCoef: 1 },
    { label: 'shapes (standard)', scalingCoef: -0.5 },
  ],
  sweep: [{ scalingCoef: 0.3, val: [accuracy('digits', 500)] }],
  chosenScalingCoef: 0.3,
  pretrained: exampleTasks.map((task) => accuracy(task, 400)),
  test: [accuracy('digits', 700), accuracy('shapes', 301)],
};

export const exampleAdditionSearch: AdditionSearch = {
  format: 'tangent-addition-search/1',
  pretrained: sum([400, 500]),
  singleTask: sum(single),
  grid: { ...sum([630, 640]), scalingCoef: 0.35 },
  exact: { ...sum([640, 640]), stretch: { from: 0.34, to: 0.36, scalingCoef: 0.35123 } },
  perTask: {
    ...sum([720, 640]),
    scalingCoefs: [0.5, 0.25],
    crossEntropy: { pretrained: 1, minimum: 0.5 },
    residual: 1e-9,
    isConverged: true,
  },
};

const negatedTo = (target: number, control: number) => {
  const both = { target: accuracy('digits', target), control: accuracy('objects', control) };
  return { val: both, test: both };
};

export const exampleNegationSearch: NegationSearch = {
  format: 'tangent-negation-search/1',
  controlThreshold: 0.95,
  pretrainedControl: { val: accuracy('objects', 640), test: accuracy('objects', 640) },
  tasks: exampleTasks.map((task, t) => ({
    task,
    pretrained: { val: accuracy(task, 500), test: accuracy(task, 500 + t) },
    grid: { ...negatedTo(200 + t, 610), scalingCoef: 0.25 },
    exact: { ...negatedTo(190, 612), stretch: { from: 0.26, to: 0.28, scalingCoef: 0.27 } },
  })),
};

const disentanglement = {
  format: 'tangent-disentanglement/1',
  mode: 'standard',
  split: 'test',
  tasks: exampleTasks.map((task, t) => ({ task, dataset: hex('b', t), count: 100 })),
} as const;
const cell = (scalingCoefs: number[], disagreements: number[], tasks = [0, 1]) => ({
  tasks,
  scalingCoefs,
  disagreements,
  error: disagreements.reduce((total, images) => total + images / 100, 0),
  band: [0.01, 0.5] as [number, number],
});

export const exampleMap: DisentanglementResult = {
  ...disentanglement,
  tasks: [...disentanglement.tasks],
  shape: { shape: 'map', from: -2, to: 1, points: 2 },
  cells: [cell([-2, -2], [40, 60]), cell([-2, 1], [50, 70]), cell([1, -2], [5, 6]), cell([1, 1], [1, 2])],
};

export const exampleDiagonal: DisentanglementResult = {
  ...disentanglement,
  tasks: [...disentanglement.tasks],
  shape: { shape: 'diagonal', from: 0, to: 1, points: 2 },
  cells: [cell([0, 0], [0, 0]), cell([1, 1], [12, 7])],
};

export const examplePairs: DisentanglementResult = {
  ...disentanglement,
  shape: { shape: 'pairs', scalingCoef: 0.4 },
  tasks: ['digits', 'shapes', 'signs'].map((task, t) => ({ task, dataset: hex('b', t), count: 100 })),
  cells: [cell([0.4, 0.4], [3, 4]), cell([0.4, 0.4], [5, 6], [0, 2]), cell([0.4, 0.4], [7, 8], [1, 2])],
};

const images = (task: string) => ({ task, dataset: hex('b', 1), indices: [0, 1, 2], labels: [0, 1, 1] });
const curve = { task: [0.5], control: [0.25] };

export const exampleKernel: NtkResult = {
  format: 'tangent-ntk/1',
  model: 'starter',
  kernel: { scalar: 'classLogit', point: 'params0', method: 'gram' },
  split: 'train',
  images: { task: images('signs'), control: images('digits') },
  spectra: [3, 2].map((rank) => ({
    output: 'stop',
    singularValues: [3, 2, 1],
    numericalRank: 3,
    rank,
    localEnergy: { task: 0.5, control: 0.25 },
    byRank: curve,
    eigenfunctions: [],
  })),
  localEnergy: {
    task: 0.8125,
    control: 0.1875,
    byRank: curve,
    perImage: curve,
    perClass: [
      { class: 'stop', count: 1, mean: 0.75 },
      { class: 'yield', count: 2, mean: 0.875 },
      { class: 'never', count: 0, mean: null },
    ],
  },
};

export const examplePredictor: KernelPredictorResult = {
  format: 'tangent-kernel-predictor/1',
  trainCount: 40,
  pretrained: accuracy('signs', 50, 200),
  linear: accuracy('signs', 150, 200),
  predictors: [
    {
      fit: { by: 'ridge', ridge: 0 },
      accuracy: accuracy('signs', 140, 200),
      trainResidual: 0,
      agreement: 180,
    },
    {
      fit: { by: 'gradientFlow', time: 8 },
      accuracy: accuracy('signs', 130, 200),
      trainResidual: 0.125,
      agreement: null,
    },
  ],
  eigenvalues: [2, 1],
  alignment: { cumulative: [0.5, 1], alignment: 0.5 },
};
