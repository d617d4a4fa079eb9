import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import {
  importDatasetSpec,
  importHeadSpec,
  importTaskVectorSpec,
  nameOfSource,
  type DatasetChoices,
} from '#contract/import-specs';
import type { FinetuningMode } from '#contract/specs/common';
import { datasetFormatSchema, type DatasetFormat } from '#contract/specs/dataset-format';
import { withSession } from '../command-context';
import { expectKnown } from '../expect-known';
import { findArtifact } from '../find-artifact';
import { readModelSpec, type ModelOptions } from '../import-model-spec';
import { addModelOptions, integerOption, numberOption, repeatable } from '../options';
import { submitAndFollow } from '../submit';

/** Adds `tangent import model|dataset|head|task-vector`. */
export function addImportCommands(program: Command): void {
  const group = program
    .command('import')
    .description('bring a model, a dataset, a head or a task vector into the catalog');
  addDataset(group);
  addModel(group);
  addHead(group);
  addTaskVector(group);
}

function addDataset(group: Command): void {
  interface Options {
    readonly name?: string;
    readonly format?: DatasetFormat;
    readonly known?: string | false;
    readonly train?: readonly string[];
    readonly val?: readonly string[];
    readonly test?: readonly string[];
    readonly valList?: string;
    readonly seed: number;
    readonly valFraction: number;
    readonly valCap: number;
    readonly allOrNothing: boolean;
    readonly again: boolean;
  }
  group
    .command('dataset')
    .description('read a dataset; its format is recognized unless it is named')
    .argument('<path>', 'a folder or a file')
    .addOption(new Option('--format <format>', 'how to read the files').choices(datasetFormatSchema.options))
    .option('--name <name>', 'name of the dataset (default: name of the folder or file)')
    .option(
      '--known <name>',
      'the published dataset that it is, whose counts are checked and whose class names and prompts are used (default: recognized by --name; "tangent datasets" lists them)',
    )
    .option('--no-known', 'it is a dataset of your own, whatever its name')
    .option(
      '--train <part>',
      'part of the source that makes train; repeat the option for several',
      repeatable,
    )
    .option('--val <part>', 'part that makes val', repeatable)
    .option('--test <part>', 'part that makes test', repeatable)
    .option(
      '--val-list <file>',
      'text file with the names of the training images that become val, instead of drawing them',
    )
    .option(
      '--seed <n>',
      "seed of the validation split, drawn as PyTorch's random_split where no part is val",
      integerOption(0),
      0,
    )
    .option('--val-fraction <f>', 'part of train that becomes val', numberOption({ above: 0, below: 1 }), 0.1)
    .option('--val-cap <n>', 'at most so many validation images', integerOption(1), 5000)
    .option('--all-or-nothing', 'fail if any image cannot be read, instead of leaving it out', false)
    .option('--again', 'import anew even if a run has done it', false)
    .addHelpText('after', datasetLayouts)
    .action(async (path: string, options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const source = await client.query('sources.fingerprint', { path: resolve(path) });
        const list =
          options.valList === undefined
            ? null
            : await client.query('sources.fingerprint', { path: resolve(options.valList) });
        const name = options.name ?? nameOfSource(source.path, true);
        return submitAndFollow(
          context,
          importDatasetSpec(
            { path: source.path, fingerprint: source.fingerprint, name },
            {
              format: options.format ?? null,
              parts: chosenParts(options),
              valFraction: options.valFraction,
              valCap: options.valCap,
              valList: list === null ? null : { path: list.path, fingerprint: list.fingerprint },
              onUnreadable: options.allOrNothing ? 'fail' : 'skip',
              known: options.known === false ? null : expectKnown(options.known, name),
            },
            options.seed,
          ),
          options.again,
        );
      });
    });
}

const datasetLayouts = `
Layouts that are recognized:
  image-folder     <part>/<class>/<image>; parts train, optional val and test (also EuroSAT_splits)
  captioned-folder <image> and metadata.jsonl or metadata.csv (file_name, text or caption); or both in each of train, val, test
  idx              train-images-idx3-ubyte (idx4 for color), train-labels-idx1-ubyte, t10k-…, plain or .gz (MNIST and its kin)
  cifar-10         data_batch_1.bin … data_batch_5.bin, test_batch.bin, batches.meta.txt
  cifar-100        train.bin, test.bin, fine_label_names.txt
  parquet          Hugging Face shards, such as data/train-00000-of-00001.parquet, with labels or else captions
  webdataset       tar shards, such as train-000000.tar: <stem>.jpg beside <stem>.cls or <stem>.json, or else captions in <stem>.txt
  svhn             train_32x32.mat, test_32x32.mat
  gtsrb            GTSRB/Training/<class>/*.ppm, GTSRB/Final_Test/Images, GT-final_test.csv
  stanford-cars    devkit/, cars_train/, cars_test/, cars_test_annos_withlabels.mat
  dtd              images/<class>, labels/train1.txt, val1.txt, test1.txt
  resisc45         NWPU-RESISC45/<class>, resisc45-train.txt, -val.txt, -test.txt
  sun397           SUN397/<letter>/<class>, Training_01.txt, Testing_01.txt
`;

/** @throws {AppError} `invalid_input` if parts are named for val or test, but none for train */
function chosenParts({
  train = [],
  val = [],
  test = [],
}: {
  readonly train?: readonly string[];
  readonly val?: readonly string[];
  readonly test?: readonly string[];
}): DatasetChoices['parts'] {
  if (train.length > 0) return { train: [...train], val: [...val], test: [...test] };
  if (val.length + test.length === 0) return null;
  throw new AppError('invalid_input', 'Give --train as well if you name parts.', { option: 'train' });
}

function addModel(group: Command): void {
  interface Options extends ModelOptions {
    readonly again: boolean;
  }
  const command = group
    .command('model')
    .description(
      'read a CLIP checkpoint: a Hugging Face or open_clip folder, or a file (safetensors; .pt or .bin of PyTorch; a TorchScript archive of OpenAI; zeroshot.pt, linear_*.pt of the reference implementation). Nothing in it is executed',
    )
    .argument('<path>', 'a folder or a file of weights')
    .option('--name <name>', 'name of the model (default: name of the file or folder)');
  addModelOptions(command)
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (path: string, options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) =>
        submitAndFollow(context, await readModelSpec(context, path, options), options.again),
      );
    });
}

function addTaskVector(group: Command): void {
  interface Options {
    readonly model: string;
    readonly name?: string;
    readonly mode?: FinetuningMode;
    readonly difference: boolean;
    readonly again: boolean;
  }
  group
    .command('task-vector')
    .description(
      'read what was fine-tuned elsewhere from a model of the catalog: finetuned.pt, linear_finetuned.pt, a fine-tuned folder, or a file of differences',
    )
    .argument('<path>')
    .requiredOption('--model <artifact>', 'the pre-trained model that it started from')
    .option('--name <name>', 'what it was fine-tuned on (default: name of the file or folder)')
    .addOption(
      new Option('--mode <mode>', 'how it was fine-tuned (default: as the file says, else standard)').choices(
        ['standard', 'linear'],
      ),
    )
    .option('--difference', 'the tensors are θ − θ0 already (files exported here say so themselves)', false)
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (path: string, options: Options, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const source = await client.query('sources.fingerprint', { path: resolve(path) });
        const model = await findArtifact(client, options.model, 'model');
        return submitAndFollow(
          context,
          importTaskVectorSpec(
            {
              path: source.path,
              fingerprint: source.fingerprint,
              name: options.name ?? nameOfSource(source.path, source.isFolder),
            },
            model.id,
            { content: options.difference ? 'difference' : null, mode: options.mode ?? null },
          ),
          options.again,
        );
      });
    });
}

function addHead(group: Command): void {
  group
    .command('head')
    .description(
      'read a frozen head for a dataset: safetensors or a PyTorch file (head_*.pt) with weight (classes × features) and optional bias',
    )
    .argument('<file>')
    .requiredOption('--dataset <artifact>', 'the dataset whose classes its rows are, in order')
    .option('--again', 'import anew even if a run has done it', false)
    .action(async (file: string, options: { dataset: string; again: boolean }, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const source = await client.query('sources.fingerprint', { path: resolve(file) });
        const dataset = await findArtifact(client, options.dataset, 'dataset');
        return submitAndFollow(context, importHeadSpec(source, dataset.id), options.again);
      });
    });
}
