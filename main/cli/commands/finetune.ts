import { Option, type Command } from 'commander';
import type { Augmentation, EngineRequest, FinetuningMode } from '#contract/specs/common';
import { withSession } from '../command-context';
import { findArtifact } from '../find-artifact';
import { engineOption, integerOption, numberOption } from '../options';
import { submitAndFollow } from '../submit';

interface Options {
  readonly model: string;
  readonly dataset: string;
  readonly head: string;
  readonly mode: FinetuningMode;
  readonly augmentation: Augmentation;
  readonly steps: number;
  readonly warmup?: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly checkpointEvery: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent finetune`; the defaults are those of the paper's text. */
export function addFinetuneCommand(program: Command): void {
  program
    .command('finetune')
    .description('fine-tune the image encoder on one task; makes a task vector')
    .requiredOption('--model <artifact>', 'the pre-trained model')
    .requiredOption('--dataset <artifact>', 'the task')
    .requiredOption('--head <artifact>', "the task's frozen head")
    .addOption(
      new Option('--mode <mode>', 'train the network, or its first-order expansion')
        .choices(['standard', 'linear'])
        .default('standard'),
    )
    .addOption(
      new Option(
        '--augmentation <name>',
        'what of an image a step sees: its center (none), or a random part of at least 0.9 of its area',
      )
        .choices(['none', 'random-resized-crop'])
        .default('random-resized-crop'),
    )
    .option('--steps <n>', 'optimizer steps', integerOption(1), 2000)
    .option(
      '--warmup <n>',
      'linear warm-up steps (default: 200, or a tenth of the steps if that is less)',
      integerOption(0),
    )
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .option('--lr <x>', 'largest learning rate', numberOption({ above: 0 }), 1e-5)
    .option('--weight-decay <x>', 'decay of θ toward 0', numberOption({ least: 0 }), 0.1)
    .option('--clip <x>', 'global-norm limit of the gradient; 0 for none', numberOption({ least: 0 }), 1)
    .option('--checkpoint-every <n>', 'steps between resumable checkpoints', integerOption(1), 50)
    .option('--seed <n>', 'seed of the data order and of the crops', integerOption(0), 0)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const model = await findArtifact(client, options.model, 'model');
        const dataset = await findArtifact(client, options.dataset, 'dataset');
        const head = await findArtifact(client, options.head, 'head');
        return submitAndFollow(
          context,
          {
            kind: 'finetune',
            specVersion: 2,
            params: {
              mode: options.mode,
              augmentation: options.augmentation,
              optimizer: {
                learningRate: options.lr,
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                weightDecay: options.weightDecay,
              },
              schedule: {
                steps: options.steps,
                // A short run keeps the paper's proportion of warm-up instead of never leaving it.
                warmupSteps: options.warmup ?? Math.min(200, Math.floor(options.steps / 10)),
                batchSize: options.batchSize,
                clipNorm: options.clip === 0 ? null : options.clip,
                checkpointEvery: options.checkpointEvery,
              },
              engine: options.engine,
            },
            inputs: { model: model.id, dataset: dataset.id, head: head.id },
            seed: options.seed,
          },
          options.again,
        );
      });
    });
}
