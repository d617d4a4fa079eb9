import type { Command } from 'commander';
import { withSession } from '../command-context';
import { findArtifact } from '../find-artifact';
import { integerOption, numberOption } from '../options';
import { submitAndFollow } from '../submit';

interface Options {
  readonly dataset: string;
  readonly featureSize: number;
  readonly logitScale: number;
  readonly seed: number;
  readonly again: boolean;
}

/** Adds `tangent head`. */
export function addHeadCommand(program: Command): void {
  program
    .command('head')
    .description('make a frozen head of fixed random class embeddings, where there is no zero-shot head')
    .requiredOption('--dataset <artifact>', 'the dataset whose classes it separates')
    .requiredOption('--feature-size <n>', "length of the model's image feature", integerOption(1))
    .option('--logit-scale <x>', 'length of every class embedding', numberOption({ above: 0 }), 20)
    .option('--seed <n>', 'seed of the embeddings', integerOption(0), 0)
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const dataset = await findArtifact(client, options.dataset, 'dataset');
        return submitAndFollow(
          context,
          {
            kind: 'class-head',
            specVersion: 1,
            params: { featureSize: options.featureSize, logitScale: options.logitScale },
            inputs: { dataset: dataset.id },
            seed: options.seed,
          },
          options.again,
        );
      });
    });
}
