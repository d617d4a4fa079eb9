import { AppError } from '#contract/errors';
import type { KernelPredictorResult } from '#contract/kernel-predictor';
import type { RunSpecOf } from '#contract/specs/index';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { eigenSymmetric } from '#numerics/linalg/symmetric-eigen';
import { multiplyVector } from '#numerics/linalg/dense-matrix';
import { numericalRank } from '#numerics/linalg/numerical-rank';
import { euclideanNorm, predictClasses, type Head } from '#numerics/models/head';
import type { StoredModel } from '#numerics/models/model-file';
import { coupledGramBlock } from '#numerics/ntk/gram-block';
import {
  alignWithEigenbasis,
  fitKernelPredictor,
  predictWithKernel,
  residualLogits,
} from '#numerics/ntk/kernel-predictor';
import { listScalarOutputs } from '#numerics/ntk/scalar-outputs';
import type { RunContext } from '../run-context';
import { accuracyOf } from './accuracy-source';
import { collectGrams } from './gram-blocks';
import { countCorrect, ImageEvaluator } from './image-evaluator';
import { cutIntoBlocks, KernelNetwork } from './kernel-images';
import { loadImages, loadModel, loadTask, loadTaskVector, type Task } from './load-inputs';

type Spec = RunSpecOf<'kernel-predictor'>;

/** Fits the kernel predictor of a task, and compares it with the model that was fine-tuned in the tangent space. */
export async function kernelPredictor(spec: Spec, context: RunContext): Promise<void> {
  const { params, inputs, seed } = spec;
  const model = await loadModel(context, inputs.model);
  const task = await loadTask(context, inputs, model);
  const vector =
    inputs.taskVector === null ? null : await loadTaskVector(context, inputs.taskVector, inputs.model);
  if (vector?.kind === 'standard') {
    throw new AppError(
      'invalid_input',
      `The task vector ${vector.label} is of kind standard; the kernel predictor is a model trained in the tangent space (to a squared loss), so compare it with a vector of kind linear.`,
      { taskVector: inputs.taskVector },
    );
  }
  if (task.head.bias.some((value) => value !== 0)) {
    throw new AppError(
      'invalid_input',
      'The head has a bias, which belongs to normalised features; the kernel predictor is of un-normalised ones. Give a head without bias, as zero-shot heads are.',
      { head: inputs.head },
    );
  }
  assertDecomposable(
    Math.min(params.trainCount, task.manifest.splits.train.samples.length) * task.head.classes,
    context,
  );
  const open = (split: 'train' | 'test', count: number) =>
    loadImages(context, task.manifest, split, model, { sample: { count, seed } });
  const train = await open('train', params.trainCount);
  const test = await open('test', params.testCount);

  const evaluator = new ImageEvaluator(model, params.blockSize, context);
  const base = {
    train: await logitsOf(train, task.head, evaluator),
    test: await logitsOf(test, task.head, evaluator),
  };
  const kernels = await collectKernels(spec, { model, task, train, test }, context);

  const meter = context.meter('decomposing', { total: 1, unit: 'matrices' });
  const eigen = eigenSymmetric(kernels.train);
  meter.update(1);
  warnOfRounding(params.fits, eigen.values, context);
  const residual = residualLogits(base.train, train.labels);
  const { classes } = task.head;
  const linear =
    vector === null ? null : (await evaluator.predictExpanded([vector.tensors], [[1]], test, task.head))[0];
  const predictors = params.fits.map((fit) => {
    const coefficients = fitKernelPredictor(eigen, residual, fit);
    const left = multiplyVector(kernels.train, coefficients).map((value, i) => residual[i] - value);
    const predictions = predictClasses(predictWithKernel(base.test, kernels.test, coefficients), classes);
    return {
      fit,
      accuracy: accuracyOf(task, predictions, test),
      trainResidual: euclideanNorm(left) / euclideanNorm(residual),
      agreement: linear === null ? null : countCorrect(predictions, linear),
    };
  });
  const { cumulative, alignment } = alignWithEigenbasis(eigen, residual);
  const result: KernelPredictorResult = {
    format: 'tangent-kernel-predictor/1',
    trainCount: train.count,
    pretrained: accuracyOf(task, predictClasses(base.test, classes), test),
    linear: linear === null ? null : accuracyOf(task, linear, test),
    predictors,
    eigenvalues: Array.from(eigen.values),
    alignment: { cumulative: [...cumulative], alignment },
  };
  predictors.forEach(({ accuracy }, i) => context.metric('top1', i, accuracy.top1));
  await context.outputJson(result, {
    kind: 'kernel-predictor',
    role: 'predictor',
    label: `kernel predictor of ${task.manifest.name} (${train.count} images)`,
  });
}

function warnOfRounding(fits: Spec['params']['fits'], eigenvalues: Float64Array, context: RunContext): void {
  const count = numericalRank(eigenvalues, eigenvalues.length);
  if (count === eigenvalues.length || !fits.some((fit) => fit.by === 'ridge' && fit.ridge === 0)) return;
  context.warn(
    `only ${count} of ${eigenvalues.length} eigenvalues are more than rounding; ridge 0 leaves the others out`,
  );
}

/** Decomposing takes about 30 s for so many rows on one core, and grows with their cube. */
const MANY_ROWS = 2000;
const MOST_ROWS = 6000;

/**
 * Stops before kernels are computed that nobody waits to see decomposed.
 *
 * @param rows images × classes
 * @throws {AppError} `invalid_input`
 */
export function assertDecomposable(rows: number, context: Pick<RunContext, 'warn'>): void {
  if (rows > MOST_ROWS) {
    throw new AppError(
      'invalid_input',
      `The Gram matrix would have ${rows} rows, images × classes; more than ${MOST_ROWS} take hours to decompose. Fit fewer images.`,
      { rows, most: MOST_ROWS },
    );
  }
  if (rows > MANY_ROWS) {
    context.warn(
      `the Gram matrix has ${rows} rows: decomposing it takes minutes, during which nothing is reported`,
    );
  }
}

/** W f of the un-normalised features, N × C. */
async function logitsOf(images: DatasetSplit, head: Head, evaluator: ImageEvaluator): Promise<Float64Array> {
  const { classes: C, featureSize: F, weight } = head;
  const logits = new Float64Array(images.count * C);
  await evaluator.pushForward([], images, evaluator.batches(images.count), (features, _, start) => {
    for (let n = 0; n < features.length / F; n++) {
      for (let c = 0; c < C; c++) {
        let logit = 0;
        for (let f = 0; f < F; f++) logit += weight[c * F + f] * features[n * F + f];
        logits[(start + n) * C + c] = logit;
      }
    }
  });
  return logits;
}

/** The matrix-valued kernel between training images, and from test to training images. */
async function collectKernels(
  { params }: Spec,
  images: { model: StoredModel; task: Task; train: DatasetSplit; test: DatasetSplit },
  context: RunContext,
) {
  const { model, task, train, test } = images;
  const outputs = listScalarOutputs(task.head, 'classLogit', null);
  const C = outputs.length;
  const { blockSize } = params;
  const network = new KernelNetwork(model, model.params);
  try {
    network.forecast(
      {
        blockSize: Math.min(blockSize, Math.max(train.count, test.count)),
        cotangent: outputs[0].cotangent,
        images: train.count + test.count,
        outputs: C,
        traces: 2,
        captures: 1 + C,
        // The decomposition needs the matrix three times.
        results: (3 * train.count + test.count) * train.count * C * C,
      },
      context,
    );
    const columns = cutIntoBlocks(train, blockSize);
    const collect = async (name: string, key: string, rows: typeof columns) => {
      const [kernel] = await collectGrams(
        {
          name,
          key,
          rows,
          columns,
          matrices: 1,
          unit: C,
          compute: (a, b) => [coupledGramBlock(a, b, outputs)],
        },
        network,
        context,
      );
      return kernel;
    };
    return {
      train: await collect('training images', 'train', columns),
      test: await collect('test images', 'test', cutIntoBlocks(test, blockSize)),
    };
  } finally {
    network.dispose();
  }
}
