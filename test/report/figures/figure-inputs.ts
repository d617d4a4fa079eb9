import type { DisentanglementResult } from '#contract/disentanglement';
import type { AdditionSearch, NegationSearch } from '#contract/edit-search';
import type { NtkResult } from '#contract/ntk';
import type { CombinationResult, MergeResult } from '#contract/results';
import type { EvaluationMode } from '#contract/specs/common';
import type { ShownTraining } from '#report/figures/training-figure';
import { hex } from '#test/support/hex';
import { accuracies, accuracy, exampleAddition } from '../example-benchmark';

/** A map of 3 × 3 cells in which ξ says where it is: a tenth of α1 and a hundredth of α2, plus one. */
export function mapResult(mode: EvaluationMode, tasks = ['signs', 'digits']): DisentanglementResult {
  const alphas = [-1.5, 0, 1.5];
  return {
    format: 'tangent-disentanglement/1',
    mode,
    split: 'test',
    shape: { shape: 'map', from: -1.5, to: 1.5, points: 3 },
    tasks: tasks.map((task, t) => ({ task, dataset: hex('b', t), count: 300 + t })),
    cells: alphas.flatMap((first) =>
      alphas.map((second) => ({
        tasks: [0, 1],
        scalingCoefs: [first, second],
        disagreements: [1, 2],
        error: 1 + first / 10 + second / 100,
        band: [0.5, 1.5] as [number, number],
      })),
    ),
  };
}

/** ξ(α, …, α) on three α, with bands that are a tenth wide. */
export function diagonalResult(mode: EvaluationMode, shift = 0): DisentanglementResult {
  return {
    ...mapResult(mode),
    shape: { shape: 'diagonal', from: 0, to: 1, points: 3 },
    cells: [0, 0.5, 1].map((alpha) => ({
      tasks: [0, 1],
      scalingCoefs: [alpha, alpha],
      disagreements: [1, 2],
      error: alpha + shift,
      band: [alpha + shift - 0.05, alpha + shift + 0.05] as [number, number],
    })),
  };
}

/** ξ of every pair of three tasks: 0.1, 0.2 and 0.3; the last pair is named from behind. */
export function pairsResult(names = ['signs', 'digits', 'cars']): DisentanglementResult {
  const pairs = [
    [0, 1],
    [0, 2],
    [2, 1],
  ];
  return {
    ...mapResult('linear', names),
    shape: { shape: 'pairs', scalingCoef: 0.5 },
    cells: pairs.map((tasks, place) => ({
      tasks,
      scalingCoefs: [0.5, 0.5],
      disagreements: [1, 2],
      error: (place + 1) / 10,
      band: [0, 1] as [number, number],
    })),
  };
}

/** A kernel of two outputs on three images of a task and two of a control. */
export function kernelResult(model: string, [task, control] = ['signs', 'digits']): NtkResult {
  const byRank = { task: [0.2, 0.45, 0.8], control: [0.1, 0.15, 0.3] };
  const spectrum = (output: string, singularValues: number[]) => ({
    output,
    singularValues,
    numericalRank: 3,
    rank: 3,
    localEnergy: { task: 0.8, control: 0.3 },
    byRank,
    eigenfunctions: singularValues.map((singularValue, k) => ({
      singularValue,
      energyOnTask: 0.9 - k / 10,
      largest: [0, 3],
      smallest: [4, 1],
    })),
  });
  return {
    format: 'tangent-ntk/1',
    model,
    kernel: { scalar: 'classLogit', point: 'params0', method: 'gram' },
    split: 'train',
    images: {
      task: { task, dataset: hex('b', 1), indices: [11, 5, 70], labels: [0, 1, 1] },
      control: { task: control, dataset: hex('b', 2), indices: [8, 30], labels: [0, 0] },
    },
    spectra: [spectrum('stop', [8, 4, 0]), spectrum('yield', [6, 3, 1.5])],
    localEnergy: {
      task: 0.8,
      control: 0.3,
      byRank,
      perImage: { task: [0.7, 0.8, 0.9], control: [0.2, 0.4] },
      perClass: [],
    },
  };
}

/** A merge by TIES with the numbers of an addition. */
export function mergeResult(): MergeResult {
  const numbers = { single: [900, 800], added: [700, 600], atOne: [500, 400] };
  return {
    ...exampleAddition('standard', numbers),
    format: 'tangent-merge/1',
    rule: { name: 'ties', keep: 0.2 },
  };
}

/** An analogy that is best at α = 0.5. */
export function combinationResult(): CombinationResult {
  return {
    format: 'tangent-combination/1',
    mode: 'standard',
    terms: [
      { label: 'signs', scalingCoef: 1 },
      { label: 'digits', scalingCoef: -0.5 },
    ],
    sweep: [0, 0.5, 1].map((scalingCoef) => ({
      scalingCoef,
      val: [accuracy('cars', 400 + 600 * scalingCoef - 500 * scalingCoef ** 2), accuracy('scenes', 300)],
    })),
    chosenScalingCoef: 0.5,
    pretrained: [accuracy('cars', 400)],
    test: [accuracy('cars', 575)],
  };
}

const stretch = { from: 0.42, to: 0.44, scalingCoef: 0.431 };

export function additionSearch(): AdditionSearch {
  const sum = (correct: number[]) => ({
    val: accuracies(correct, [900, 800]),
    test: accuracies(correct, [900, 800]),
  });
  return {
    format: 'tangent-addition-search/1',
    pretrained: sum([400, 500]),
    singleTask: sum([900, 800]),
    grid: { ...sum([700, 600]), scalingCoef: 0.45 },
    exact: { ...sum([710, 610]), stretch },
    perTask: {
      ...sum([720, 640]),
      scalingCoefs: [0.6, -0.1],
      crossEntropy: { pretrained: 1.4, minimum: 0.9 },
      residual: 1e-7,
      isConverged: true,
    },
  };
}

export function negationSearch(): NegationSearch {
  const negated = (target: number, control: number) => {
    const both = { target: accuracy('digits', target), control: accuracy('objects', control) };
    return { val: both, test: both };
  };
  const pretrained = (task: string, correct: number) => ({
    val: accuracy(task, correct),
    test: accuracy(task, correct),
  });
  return {
    format: 'tangent-negation-search/1',
    controlThreshold: 0.95,
    pretrainedControl: pretrained('objects', 640),
    tasks: ['digits', 'shapes'].map((task, t) => ({
      task,
      pretrained: pretrained(task, 400 + 100 * t),
      grid: { ...negated(200 + t, 620), scalingCoef: 0.5 },
      exact: { ...negated(190 + t, 610), stretch },
    })),
  };
}

/** Losses of two tasks in both modes with two seeds, which differ by 0.2; nothing of the third task. */
export function trainingInput(steps = 4): ShownTraining {
  const curve = (start: number) =>
    Array.from({ length: steps }, (_, step) => ({ step, value: start / (1 + step) }));
  return {
    model: 'starter',
    metric: 'loss',
    tasks: ['signs', 'digits', 'cars'],
    curves: ['signs', 'digits'].flatMap((task, t) =>
      (['linear', 'standard'] as const).map((mode, m) => ({
        task,
        mode,
        seeds: [0, 0.2].map((shift) => curve(2 + t + m / 2 + shift)),
      })),
    ),
  };
}
