import { readFile, stat } from 'node:fs/promises';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
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
 * @throws {AppError} `invalid_input` if a list of templates is neither known nor a file; `source_missing`;
 * `class_mismatch`
 */
export async function choosePrompts(
  client: HostClient,
  dataset: FoundArtifact,
  { templates, names }: PromptOptions,
): Promise<{ templates: string[]; promptNames: string[] }> {
  const isFile = templates !== undefined && (await isFileAt(templates));
  const usual = await client.query('datasets.prompts', {
    datasetId: dataset.id,
    templates: isFile ? null : (templates ?? null),
    hasNames: names !== undefined,
  });
  return {
    templates: isFile ? await readLines(templates) : usual.templates,
    promptNames: names === undefined ? usual.promptNames : await readLines(names),
  };
}

async function isFileAt(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true;
}

async function readLines(path: string): Promise<string[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new AppError('source_missing', `${path} cannot be read (${code}).`, { path }, { cause });
  }
  // The decoder drops the mark that some editors put before the first line.
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}
