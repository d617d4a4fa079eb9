import type {
  AdditionResult,
  DatasetInspection,
  DatasetReport,
  ModelReport,
  TaskAccuracies,
} from '#contract/results';
import { hex } from './hex';

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

/** How a folder with three parts would be read. */
export const exampleDatasetInspection: DatasetInspection = {
  format: 'tangent-dataset-inspection/1',
  source: { format: 'image-folder', title: 'folders of images', reason: 'it has train/ with class folders' },
  classes: ['round', 'square'],
  parts: [
    { name: 'train', count: 16 },
    { name: 'test', count: 4 },
    { name: 'extra', count: 8 },
  ],
  assignment: { train: ['train'], val: [], test: ['test'] },
  notes: ['the part extra is in no split'],
};

/** What a folder of Hugging Face's says of a model. */
export const exampleModelReport: ModelReport = {
  format: 'tangent-model-report/1',
  layout: 'hugging-face',
  container: 'safetensors',
  facts: [
    { field: 'activation', value: 'gelu', source: 'config.json' },
    { field: 'heads', value: '12', source: 'config.json' },
  ],
  warnings: ['the activation was assumed'],
  leftOut: ['extra.weight'],
  unknownGlobals: ['training.Arguments'],
  hasTextEncoder: true,
};

/** What an import found odd in a dataset that is taken for MNIST. */
export const exampleDatasetReport: DatasetReport = {
  format: 'tangent-dataset-report/1',
  source: { format: 'image-folder', reason: 'it has train/ with class folders' },
  counts: { train: 14, val: 2, test: 4 },
  classCount: 2,
  refused: [{ file: 'train/round/7.png', reason: 'its png data are damaged or cut short' }],
  warnings: [{ file: 'train/round/8.jpg', reason: 'it has 16 bits a channel' }],
  leaks: [{ splits: ['train', 'test'], count: 1, examples: [['train/round/1.png', 'test/round/0.png']] }],
  notes: ['the part extra is in no split'],
  differences: ['MNIST has 10 classes; here are 2'],
};
