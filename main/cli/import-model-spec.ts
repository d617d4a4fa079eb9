import { resolve } from 'node:path';
import { AppError } from '#contract/errors';
import { importModelSpec, nameOfSource } from '#contract/import-specs';
import type { VisionArchitecture } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import type { CommandContext } from './command-context';

/** What a person says of a checkpoint that its files do not say, or say wrongly. */
export interface ModelOptions {
  readonly name?: string;
  readonly heads?: number;
  readonly activation?: VisionArchitecture['activation'];
  readonly mean?: readonly [number, number, number];
  readonly std?: readonly [number, number, number];
}

/**
 * Looks at a checkpoint and makes the specification that imports it.
 *
 * @throws {AppError} `source_missing`; `invalid_input` if only one of mean and deviation is given
 */
export async function readModelSpec(
  { session: { client } }: CommandContext,
  path: string,
  { name, heads, activation, mean, std }: ModelOptions,
): Promise<RunSpecOf<'import-model'>> {
  const source = await client.query('sources.fingerprint', { path: resolve(path) });
  if ((mean === undefined) !== (std === undefined)) {
    throw new AppError('invalid_input', 'Give --mean and --std together.', { option: 'mean' });
  }
  return importModelSpec(
    {
      path: source.path,
      fingerprint: source.fingerprint,
      name: name ?? nameOfSource(source.path, source.isFolder),
    },
    {
      heads: heads ?? null,
      activation: activation ?? null,
      preprocessing: mean && std ? { mean: [...mean], std: [...std] } : null,
    },
  );
}
