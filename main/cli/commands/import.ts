import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { withSession } from '../command-context';
import { findArtifact } from '../find-artifact';
import { importModelSpec } from '../import-model-spec';
import { integerOption, numberOption } from '../options';
import { submitAndFollow } from '../submit';

/** Adds `tangent import model|dataset|head`. */
export function addImportCommands(program: Command): void {
  const group = program.command('import').description('bring a model, a dataset or a head into the catalog');
  addDataset(group);
  addModel(group);
  addHead(group);
}

function addDataset(group: Command): void {
  interface Options {
    readonly name?: string;
    readonly seed: number;
    readonly valFraction: number;
    readonly valCap: number;
    readonly allOrNothing: boolean;
    readonly again: boolean;
  }
  group
    .command('dataset')
    .description('read an image folder: train/<class>/*.png|jpg|webp, optional val/ and test/')
    .argument('<folder>')
    .option('--name <name>', 'name of the dataset (default: name of the folder)')
    .option('--seed <n>', 'seed of the validation split, where the folder has no val/', integerOption(0), 0)
    .option('--val-fraction <f>', 'part of train that becomes val', numberOption({ above: 0, below: 1 }), 0.1)
    .option('--val-cap <n>', 'at most so many validation images', integerOption(1), 5000)
    .option('--all-or-nothing', 'fail if any image cannot be read, instead of leaving it out', false)
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (folder: string, options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const source = await client.query('sources.fingerprint', { path: resolve(folder) });
        return submitAndFollow(
          context,
          {
            kind: 'import-dataset',
            specVersion: 1,
            params: {
              folder: source.path,
              fingerprint: source.fingerprint,
              name: options.name ?? basename(source.path),
              valFraction: options.valFraction,
              valCap: options.valCap,
              onUnreadable: options.allOrNothing ? 'fail' : 'skip',
            },
            inputs: {},
            seed: options.seed,
          },
          options.again,
        );
      });
    });
}

function addModel(group: Command): void {
  interface Options {
    readonly name?: string;
    readonly heads?: number;
    readonly gelu: boolean;
    readonly again: boolean;
  }
  group
    .command('model')
    .description("read a Hugging Face CLIP folder, or a safetensors file with open_clip's visual.* names")
    .argument('<path>', 'a folder with config.json and model.safetensors, or a file')
    .option(
      '--heads <n>',
      'attention heads of a file (width / 64 for the published CLIP models); a folder says them itself',
      integerOption(1),
    )
    .option('--name <name>', 'name of the model (default: name of the file or folder)')
    .option('--gelu', 'the MLPs of a file use GELU instead of QuickGELU', false)
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (path: string, options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) =>
        submitAndFollow(context, await importModelSpec(context, path, options), options.again),
      );
    });
}

function addHead(group: Command): void {
  group
    .command('head')
    .description(
      'read a frozen head for a dataset: safetensors with weight (classes × features), optional bias',
    )
    .argument('<file>')
    .requiredOption('--dataset <artifact>', 'the dataset whose classes its rows are, in order')
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (file: string, options: { dataset: string; again: boolean }, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const source = await client.query('sources.fingerprint', { path: resolve(file) });
        const dataset = await findArtifact(client, options.dataset, 'dataset');
        return submitAndFollow(
          context,
          {
            kind: 'import-head',
            specVersion: 1,
            params: { file: source.path, fingerprint: source.fingerprint },
            inputs: { dataset: dataset.id },
            seed: 0,
          },
          options.again,
        );
      });
    });
}
