import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import { kernelPredictorResultSchema, type KernelPredictorResult } from '#contract/kernel-predictor';
import type { EngineRequest } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { findEditInputs } from '../find-task';
import { formatPercent } from '../format';
import { addTaskVectorOption, engineOption, integerOption, numbersOption } from '../options';
import { formatTable, type Output } from '../output';
import { submitAndRead } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  readonly ridge: readonly number[];
  readonly time: readonly number[];
  readonly blockSize: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent kernel-predictor`. */
export function addKernelPredictorCommand(program: Command): void {
  addTaskVectorOption(
    program
      .command('kernel-predictor')
      .description(
        'fit f0 + Σ β k(x, ·) to images of a task, and compare with the model fine-tuned in the tangent space',
      ),
    '; here one of kind linear, which says task, head and model',
  )
    .option('--train-images <n>', 'images that are fitted, drawn at random', integerOption(2), 100)
    .option('--test-images <n>', 'test images, drawn at random', integerOption(1), 500)
    .option(
      '--ridge <x,…>',
      'ridges, as multiples of the mean eigenvalue; 0 interpolates',
      numbersOption({ least: 0, most: 1e6 }),
      [1e-3],
    )
    .option(
      '--time <t,…>',
      'also gradient flow up to these times, in units of one over the mean eigenvalue',
      numbersOption({ above: 0, most: 1e12 }),
      [],
    )
    .option('--block-size <n>', 'images whose gradients are in memory at once', integerOption(1), 50)
    .option('--seed <n>', 'seed of the draws', integerOption(0), 0)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => predict(options, context));
    });
}

async function predict(options: Options, context: CommandContext): Promise<number> {
  const { model, tasks } = await findEditInputs(context.session.client, options.taskVector);
  if (tasks.length > 1) {
    throw new AppError('invalid_input', 'One task vector is needed: a predictor is of one task.', {
      option: 'task-vector',
    });
  }
  const { trainImages, testImages, blockSize, engine, seed } = options;
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'kernel-predictor',
      specVersion: 1,
      params: {
        trainCount: trainImages,
        testCount: testImages,
        fits: [
          ...options.ridge.map((ridge) => ({ by: 'ridge' as const, ridge })),
          ...options.time.map((time) => ({ by: 'gradientFlow' as const, time })),
        ],
        blockSize,
        engine,
      },
      inputs: { model, ...tasks[0] },
      seed,
    },
    options.again,
    { role: 'predictor', schema: kernelPredictorResultSchema },
  );
  if (result !== null) print(result, context.output);
  return code;
}

function print(result: KernelPredictorResult, output: Output): void {
  output.value(result);
  const { pretrained, linear, predictors, trainCount, alignment } = result;
  const top1 = ({ top1: fraction, correct, count }: KernelPredictorResult['pretrained']) => [
    formatPercent(fraction),
    `${correct} of ${count}`,
  ];
  output.line();
  output.line(
    formatTable([
      [`${pretrained.task} test, percent`, 'top-1', 'images', 'agrees with fine-tuned', 'left of y − f0'],
      ['pre-trained', ...top1(pretrained)],
      ...predictors.map(({ fit, accuracy, agreement, trainResidual }) => [
        `kernel predictor, ${trainCount} images, ${fit.by === 'ridge' ? `ridge ${fit.ridge}` : `flow to time ${fit.time}`}`,
        ...top1(accuracy),
        formatPercent(agreement === null ? null : agreement / accuracy.count),
        formatPercent(trainResidual),
      ]),
      ...(linear === null ? [] : [['fine-tuned in the tangent space, all images', ...top1(linear)]]),
    ]),
  );
  output.line();
  const share = (part: number) => {
    const k = Math.max(1, Math.round(part * alignment.cumulative.length));
    return `${formatPercent(alignment.cumulative[k - 1])} % in the first ${k}`;
  };
  output.line(
    `Of what must be learned, y − f0, lie ${[0.01, 0.1, 0.5].map(share).join(', ')} of ${alignment.cumulative.length} eigenvectors; ` +
      `alignment ${alignment.alignment.toFixed(3)}.`,
  );
}
