import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import type { Augmentation, EngineRequest } from '#contract/specs/common';
import { parseRunSpec, type RunSpecOf } from '#contract/specs/index';
import starter from '#resources/starter/spec.json';
import { withSession } from '../command-context';
import { findArtifact } from '../find-artifact';
import { engineOption, integerOption, numberOption, repeatable } from '../options';
import { submitAndFollow } from '../submit';

interface Options {
  readonly dataset: readonly string[];
  readonly name?: string;
  readonly augmentation: Augmentation;
  readonly imageSize?: number;
  readonly patchSize?: number;
  readonly width?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly vocabulary?: number;
  readonly context?: number;
  readonly steps?: number;
  readonly warmup?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

type Spec = RunSpecOf<'pretrain'>;

/** Adds `tangent pretrain`; the defaults are the recipe of the starter's own model. */
export function addPretrainCommand(program: Command): void {
  program
    .command('pretrain')
    .description('pre-train a small CLIP on images with captions; the recipe is that of the starter')
    .argument(
      '<source>',
      'starter: images drawn by the program; captions: imported datasets whose classes are captions',
    )
    .option(
      '--dataset <artifact[=weight]>',
      'for captions: an imported dataset, and how often it is drawn; repeat the option',
      repeatable,
      [],
    )
    .option('--name <name>', 'name of the model')
    .addOption(
      new Option('--augmentation <name>', 'for captions: what of an image a step sees')
        .choices(['none', 'random-resized-crop'])
        .default('random-resized-crop'),
    )
    .option('--image-size <n>', 'side of the images in pixels (default: 32)', integerOption(1))
    .option('--patch-size <n>', 'side of a patch in pixels (default: 8)', integerOption(1))
    .option('--width <n>', 'width of the image tower (default: 96)', integerOption(1))
    .option('--layers <n>', 'blocks of the image tower (default: 4)', integerOption(1))
    .option('--heads <n>', 'attention heads of the image tower (default: 4)', integerOption(1))
    .option('--vocabulary <n>', 'most words that the text tower knows (default: 256)', integerOption(4))
    .option('--context <n>', 'tokens of a caption, with its two marks (default: 9)', integerOption(3))
    .option('--steps <n>', 'optimizer steps (default: 10000)', integerOption(1))
    .option('--warmup <n>', 'linear warm-up steps (default: 150, or a tenth of the steps)', integerOption(0))
    .option('--batch-size <n>', 'images in a batch (default: 128)', integerOption(2))
    .option('--lr <x>', 'largest learning rate (default: 0.001)', numberOption({ above: 0 }))
    .option('--seed <n>', 'seed of everything that is drawn', integerOption(0), 0)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (source: string, options: Options, command: Command) => {
      if (source !== 'starter' && source !== 'captions') {
        throw new AppError('invalid_input', `"${source}" is no source; say starter or captions.`, { source });
      }
      await withSession(command, 'execute', async (context) => {
        const datasets: string[] = [];
        const weights: number[] = [];
        for (const text of options.dataset) {
          const [reference, weight = '1'] = text.split('=', 2);
          datasets.push((await findArtifact(context.session.client, reference, 'dataset')).id);
          weights.push(Number(weight));
        }
        const spec = recipe(options);
        if (source === 'captions') {
          const { augmentation } = options;
          spec.params.source = { from: 'captions', weights, augmentation };
          spec.params.sourcesPerBatch = Math.min(spec.params.sourcesPerBatch, Math.max(1, weights.length));
        }
        spec.inputs = { datasets };
        return submitAndFollow(context, parseRunSpec(spec), options.again);
      });
    });
}

/** The recipe of the starter's model with what was chosen instead. */
function recipe(options: Options): Spec {
  const spec = structuredClone(parseRunSpec(starter)) as Spec;
  const { params } = spec;
  const { image, text, schedule, optimizer } = params;
  const steps = options.steps ?? schedule.steps;
  return {
    ...spec,
    params: {
      ...params,
      name: options.name ?? params.name,
      image: {
        ...image,
        imageSize: options.imageSize ?? image.imageSize,
        patchSize: options.patchSize ?? image.patchSize,
        width: options.width ?? image.width,
        layers: options.layers ?? image.layers,
        heads: options.heads ?? image.heads,
      },
      text: {
        ...text,
        vocabularySize: options.vocabulary ?? text.vocabularySize,
        contextLength: options.context ?? text.contextLength,
      },
      optimizer: { ...optimizer, learningRate: options.lr ?? optimizer.learningRate },
      schedule: {
        ...schedule,
        steps,
        warmupSteps: options.warmup ?? Math.min(schedule.warmupSteps, Math.floor(steps / 10)),
        batchSize: options.batchSize ?? schedule.batchSize,
      },
      engine: options.engine,
    },
    seed: options.seed,
  };
}
