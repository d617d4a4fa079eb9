import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import { classHeadSpec, zeroShotHeadSpec } from '#contract/import-specs';
import type { EngineRequest } from '#contract/specs/common';
import { withSession } from '../command-context';
import { findArtifact, findSibling } from '../find-artifact';
import { engineOption, integerOption, numberOption } from '../options';
import { choosePrompts, type PromptOptions } from '../prompt-choice';
import { submitAndFollow } from '../submit';

/** Adds `tangent head zero-shot|random`. */
export function addHeadCommand(program: Command): void {
  const group = program.command('head').description('make the frozen head that classifies a dataset');
  addZeroShot(group);
  addRandom(group);
}

function addZeroShot(group: Command): void {
  interface Options extends PromptOptions {
    readonly dataset: string;
    readonly model: string;
    readonly engine: EngineRequest;
    readonly again: boolean;
  }
  group
    .command('zero-shot')
    .description('encode prompts for every class with the text tower that was imported with a model')
    .requiredOption('--dataset <artifact>', 'the dataset whose classes it tells apart')
    .requiredOption('--model <artifact>', 'the imported model whose text tower encodes the prompts')
    .option(
      '--templates <name or file>',
      'prompt templates: of a known dataset by name, or a text file with one a line, {class} in each (default: those of the dataset if it is known, else "a photo of a {class}")',
    )
    .option(
      '--names <file>',
      'what classes are called in prompts: a text file with one line for each class in label order (default: by the rule of the dataset if it is known, else its class names with spaces for underscores)',
    )
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const dataset = await findArtifact(client, options.dataset, 'dataset');
        const model = await findArtifact(client, options.model, 'model');
        const textEncoder = await findSibling(client, model, 'text-encoder');
        const tokenizer = await findSibling(client, model, 'tokenizer');
        if (textEncoder === null || tokenizer === null) {
          const missing = textEncoder === null ? 'text tower that can be used' : 'tokenizer';
          throw new AppError(
            'invalid_input',
            `The model ${model.id.slice(0, 12)} was imported without a ${missing}, as its report says. Import a checkpoint with both towers, or import a head.`,
            { artifactId: model.id },
          );
        }
        const prompts = await choosePrompts(client, dataset, options);
        return submitAndFollow(
          context,
          zeroShotHeadSpec(
            { dataset: dataset.id, textEncoder: textEncoder.id, tokenizer: tokenizer.id },
            prompts,
            options.engine,
          ),
          options.again,
        );
      });
    });
}

function addRandom(group: Command): void {
  interface Options {
    readonly dataset: string;
    readonly featureSize: number;
    readonly logitScale: number;
    readonly seed: number;
    readonly again: boolean;
  }
  group
    .command('random')
    .description('draw fixed class embeddings, for models without a text tower')
    .requiredOption('--dataset <artifact>', 'the dataset whose classes it separates')
    .requiredOption('--feature-size <n>', "length of the model's image feature", integerOption(1))
    .option('--logit-scale <x>', 'length of every class embedding', numberOption({ above: 0 }), 20)
    .option('--seed <n>', 'seed of the embeddings', integerOption(0), 0)
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const dataset = await findArtifact(context.session.client, options.dataset, 'dataset');
        const spec = classHeadSpec(dataset.id, options.featureSize, options);
        return submitAndFollow(context, spec, options.again);
      });
    });
}
