import type { Command } from 'commander';
import { randomModelName, randomModelSpec } from '#contract/import-specs';
import { withSession } from '../command-context';
import { findArtifact } from '../find-artifact';
import { integerOption } from '../options';
import { submitAndFollow } from '../submit';

interface Options {
  readonly model: string;
  readonly seed: number;
  readonly name?: string;
  readonly again: boolean;
}

/** Adds `tangent model random`. */
export function addModelCommand(program: Command): void {
  const group = program.command('model').description('make a model from another one');
  group
    .command('random')
    .description('draw a random θ0 with the architecture and preprocessing of a model, to compare with')
    .requiredOption('--model <artifact>', 'the model whose sizes it has')
    .option('--seed <n>', 'seed of the parameters', integerOption(0), 0)
    .option('--name <name>', 'name of the model (default: that of the given one, with the seed)')
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const model = await findArtifact(context.session.client, options.model, 'model');
        const { seed, name = randomModelName(model.label, seed) } = options;
        return submitAndFollow(context, randomModelSpec(model.id, name, seed), options.again);
      });
    });
}
