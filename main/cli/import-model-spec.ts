import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { AppError } from '#contract/errors';
import type { Preprocessing } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import type { CommandContext } from './command-context';

/** OpenAI CLIP's pixel statistics, the field's default. */
const CLIP_PREPROCESSING: Preprocessing = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** What a person says of a checkpoint. */
export interface ModelOptions {
  readonly name?: string;
  readonly heads?: number;
  readonly gelu: boolean;
}

/**
 * Makes the specification that imports a checkpoint: a folder is read as Hugging Face's, a file as open_clip's.
 *
 * @throws {AppError} `source_missing`; `invalid_input` if a file comes without its number of heads, or a
 * folder with what it says itself
 */
export async function importModelSpec(
  { session: { client } }: CommandContext,
  path: string,
  options: ModelOptions,
): Promise<RunSpecOf<'import-model'>> {
  const source = await client.query('sources.fingerprint', { path: resolve(path) });
  const isFolder = (await stat(source.path)).isDirectory();
  if (isFolder && (options.heads !== undefined || options.gelu)) {
    throw new AppError(
      'invalid_input',
      'The config.json of a folder says its heads and activation; leave --heads and --gelu out.',
      {
        option: 'heads',
      },
    );
  }
  const make = (params: RunSpecOf<'import-model'>['params']['source']): RunSpecOf<'import-model'> => ({
    kind: 'import-model',
    specVersion: 2,
    params: {
      path: source.path,
      fingerprint: source.fingerprint,
      name: options.name ?? basename(source.path, isFolder ? '' : extname(source.path)),
      source: params,
    },
    inputs: {},
    seed: 0,
  });
  if (isFolder) return make({ format: 'hugging-face' });
  if (options.heads === undefined) {
    throw new AppError('invalid_input', 'A file does not say its number of attention heads; give --heads.', {
      option: 'heads',
    });
  }
  return make({
    format: 'open-clip',
    heads: options.heads,
    activation: options.gelu ? 'gelu' : 'quickGelu',
    preprocessing: CLIP_PREPROCESSING,
  });
}
