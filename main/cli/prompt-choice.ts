import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HostClient } from '#contract/api';
import type { FoundArtifact } from './find-artifact';

/** What a person says of the prompts for a zero-shot head. */
export interface PromptOptions {
  /** Name of a list of templates, or a text file with one a line. */
  readonly templates?: string;
  /** A text file with what the classes are called in prompts, one a line. */
  readonly names?: string;
}

/**
 * Chooses the prompts for the zero-shot head of a dataset.
 *
 * @throws {AppError} `invalid_input` if a list of templates is neither known nor a file; `class_mismatch`
 */
export async function choosePrompts(
  client: HostClient,
  dataset: FoundArtifact,
  { templates, names }: PromptOptions,
): Promise<{ templates: string[]; promptNames: string[] }> {
  const isFile = templates !== undefined && existsSync(templates);
  const usual = await client.query('datasets.prompts', {
    datasetId: dataset.id,
    templates: isFile ? null : (templates ?? null),
  });
  return {
    templates: isFile ? await readLines(templates) : usual.templates,
    promptNames: names === undefined ? usual.promptNames : await readLines(names),
  };
}

async function readLines(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '');
}
