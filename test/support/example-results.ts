import type { AdditionResult, TaskAccuracies } from '#contract/results';
import { hex } from './fake-host';

const tasks = ['shapes', 'textures', 'digits'];

/** A whole addition result with round numbers: single-task 90 %, and `added` of that kept. */
export function exampleAddition(mode: AdditionResult['mode'], added: number): AdditionResult {
  return {
    format: 'tangent-addition/1',
    mode,
    vectorKind: null,
    pretrained: accuracies([40, 45, 50], null),
    singleTask: { val: accuracies([90, 88, 92], 1), test: accuracies([90, 88, 92], 1) },
    sweep: [{ scalingCoef: 0, val: accuracies([40, 45, 50], 0.5) }],
    chosenScalingCoef: 0.55,
    test: accuracies([90 * added, 88 * added, 92 * added], added),
    testAtOne: accuracies([80 * added, 78 * added, 82 * added], added - 0.1),
  };
}

function accuracies(percents: number[], ratio: number | null): TaskAccuracies {
  return {
    tasks: tasks.map((task, index) => ({
      task,
      dataset: hex('d', index),
      correct: Math.round(percents[index]),
      count: 100,
      top1: percents[index] / 100,
      normalizedTop1: ratio,
    })),
    averageTop1: percents.reduce((sum, percent) => sum + percent, 0) / 300,
    averageNormalizedTop1: ratio,
  };
}
