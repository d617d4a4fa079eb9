import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { exportArtifact } from '#host/export-artifact';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import {
  findArtifact,
  findOrigin,
  findScaledVectors,
  findSibling,
  type FoundArtifact,
} from '../find-artifact';
import { followRun } from '../follow-run';
import { repeatable } from '../options';

type Format = RunSpecOf<'export-model'>['params']['format'];

interface Options {
  readonly model?: string;
  readonly taskVector: readonly string[];
  readonly format: Format;
  readonly text: boolean;
  readonly to: string;
  readonly again: boolean;
}

/** Adds `tangent export`. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write a model, an edited model, a linearised model or a task vector for other programs')
    .option('--model <artifact>', 'θ0, or a fine-tuned or edited model (default: that of the task vectors)')
    .option(
      '--task-vector <artifact[=coef]>',
      'add this task vector, times its coefficient (default 1); may be given several times',
      repeatable,
      [],
    )
    .addOption(
      new Option(
        '--format <format>',
        'hugging-face: a folder for transformers; open-clip: a state dict; linearized: (θ0, τ) with PyTorch code; task-vector: τ alone',
      )
        .choices(['hugging-face', 'open-clip', 'linearized', 'task-vector'])
        .default('hugging-face'),
    )
    .option('--no-text', 'leave out the text tower that was imported with the model')
    .requiredOption('--to <folder>', 'folder to write; must not exist or be empty')
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => exportFiles(options, context));
    });
}

async function exportFiles(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const folder = resolve(options.to);
  await requireEmpty(folder);
  const vectors = await findScaledVectors(client, options.taskVector);
  const model = await findModel(options, vectors.at(0)?.artifact, context);
  const hasText = options.text && (options.format === 'hugging-face' || options.format === 'open-clip');
  const textEncoder = hasText ? await findSibling(client, model, 'text-encoder') : null;
  const tokenizer = hasText ? await findSibling(client, model, 'tokenizer') : null;
  const run = await client.mutate('runs.submit', {
    spec: {
      kind: 'export-model',
      specVersion: 1,
      params: { format: options.format, scalingCoefs: vectors.map(({ coef }) => coef) },
      inputs: {
        model: model.id,
        taskVectors: vectors.map(({ artifact }) => artifact.id),
        textEncoder: textEncoder?.id ?? null,
        tokenizer: tokenizer?.id ?? null,
      },
      seed: 0,
    },
    reuse: !options.again,
  });
  const code = await followRun(context, run);
  if (code !== exitCodes.ok) return code;
  const { dataDirectory } = await client.query('host.describe', undefined);
  const { outputs } = await client.query('runs.get', { runId: run.id });
  await writeFolder(folder, async (part) => {
    for (const { id, role } of outputs) await exportArtifact(dataDirectory, id, join(part, basename(role)));
  });
  for (const { role } of outputs) context.output.line(`wrote ${join(folder, basename(role))}`);
  context.output.value({ folder, files: outputs.map(({ role }) => role) });
  return exitCodes.ok;
}

async function findModel(
  { model }: Options,
  vector: FoundArtifact | undefined,
  { session: { client } }: CommandContext,
): Promise<FoundArtifact> {
  const reference = model ?? (vector === undefined ? undefined : (await findOrigin(client, vector)).model);
  if (reference !== undefined) return findArtifact(client, reference, 'model');
  throw new AppError('invalid_input', 'Give --model: no task vector tells which model is meant.', {
    option: 'model',
  });
}

async function requireEmpty(folder: string): Promise<void> {
  if (!existsSync(dirname(folder))) {
    throw new AppError('source_missing', `The folder of --to, ${dirname(folder)}, does not exist.`, {
      path: folder,
    });
  }
  await access(dirname(folder), constants.W_OK).catch((cause: unknown) => {
    throw new AppError(
      'invalid_input',
      `Nothing can be written in ${dirname(folder)}.`,
      { path: folder },
      { cause },
    );
  });
  const entries = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError('invalid_input', `${folder} is not a folder that can be written.`, { path: folder });
  });
  if (entries.length === 0) return;
  throw new AppError('invalid_input', `${folder} is not empty; nothing in it is overwritten.`, {
    path: folder,
  });
}

/** Fills a folder beside the one that is wanted and renames it, so that no half of a model is left behind. */
async function writeFolder(folder: string, fill: (part: string) => Promise<void>): Promise<void> {
  const part = join(dirname(folder), `.${basename(folder)}.${randomUUID()}.partial`);
  try {
    await mkdir(part);
    await fill(part);
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof AppError || code === 'ENOSPC' || code === undefined) throw error;
    throw new AppError(
      'invalid_input',
      `${folder} cannot be written (${code}).`,
      { path: folder },
      { cause: error },
    );
  }
}
