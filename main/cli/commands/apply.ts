import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import type { EngineRequest } from '#contract/specs/common';
import { exportArtifact } from '#host/export-artifact';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { findArtifact } from '../find-artifact';
import { followRun } from '../follow-run';
import { readModelSpec, type ModelOptions } from '../import-model-spec';
import { addModelOptions, engineOption, integerOption } from '../options';

interface Options extends ModelOptions {
  readonly model: string;
  readonly pixels: string;
  readonly tangent?: string;
  readonly cotangent?: string;
  readonly out: string;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent apply`. */
export function addApplyCommand(program: Command): void {
  const command = program
    .command('apply')
    .description('encode images given as tensors; export features, J·v and Jᵀ·u for other tools')
    .requiredOption('--model <model>', 'an artifact, or a CLIP checkpoint: see import model')
    .requiredOption('--pixels <file>', 'safetensors with pixels: N × 3 × S × S, normalized')
    .option(
      '--tangent <file>',
      "safetensors with a direction v for every parameter, by the checkpoint's names",
    )
    .option('--cotangent <file>', 'safetensors with cotangent: u, N × features')
    .requiredOption('--out <file>', 'safetensors to write: features, jvp, vjp.<parameter>');
  addModelOptions(command)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 32)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => apply(options, context));
    });
}

async function apply(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const out = resolve(options.out);
  if (!existsSync(dirname(out))) {
    throw new AppError('source_missing', `The folder of --out, ${dirname(out)}, does not exist.`, {
      path: out,
    });
  }
  const file = async (path: string) => {
    const { path: absolute, fingerprint } = await client.query('sources.fingerprint', {
      path: resolve(path),
    });
    return { path: absolute, fingerprint };
  };
  const files = {
    pixels: await file(options.pixels),
    tangent: options.tangent === undefined ? null : await file(options.tangent),
    cotangent: options.cotangent === undefined ? null : await file(options.cotangent),
  };
  const model = await findModel(options, context);
  if (typeof model === 'number') return model;
  const run = await client.mutate('runs.submit', {
    spec: {
      kind: 'apply',
      specVersion: 1,
      params: { ...files, batchSize: options.batchSize, engine: options.engine },
      inputs: { model },
      seed: 0,
    },
    reuse: !options.again,
  });
  const code = await followRun(context, run);
  if (code !== exitCodes.ok) return code;
  const { dataDirectory } = await client.query('host.describe', undefined);
  const result = await findArtifact(client, `${run.id}:result`, 'tensors');
  await exportArtifact(dataDirectory, result.id, out);
  context.output.value({ out });
  context.output.line(`wrote ${out}`);
  return exitCodes.ok;
}

/** Returns the id of the model, imported first if it is a path; or the exit code of an import that failed. */
async function findModel(options: Options, context: CommandContext): Promise<string | number> {
  const { client } = context.session;
  if (!existsSync(options.model)) return (await findArtifact(client, options.model, 'model')).id;
  const spec = await readModelSpec(context, options.model, options);
  const run = await client.mutate('runs.submit', { spec, reuse: true });
  const code = await followRun(context, run);
  if (code !== exitCodes.ok) return code;
  return (await findArtifact(client, `${run.id}:model`, 'model')).id;
}
