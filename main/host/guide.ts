import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#contract/errors';
import type { GuidePage } from '#contract/records';

/** Files of `resources/guide`, in the order in which they are read. */
const pages = [
  'workbench',
  'bring-your-own',
  'benchmark',
  'starter-8-results',
  'why-it-works',
  'check-against-pytorch',
  'oracle-residuals',
] as const;

/**
 * Lists the pages of the guide.
 *
 * @param root the program's own folder
 */
export async function listGuidePages(root: string): Promise<GuidePage[]> {
  return Promise.all(pages.map(async (name) => ({ name, title: titleOf(await readPage(root, name), name) })));
}

/**
 * Reads a page of the guide.
 *
 * @param root the program's own folder
 * @param name as {@link listGuidePages} gives it
 * @returns Markdown
 * @throws {AppError} `invalid_input` if there is no such page
 */
export async function readGuidePage(root: string, name: string): Promise<string> {
  const page = pages.find((known) => known === name);
  if (page === undefined) {
    throw new AppError('invalid_input', `The guide has no page ${name}.`, { page: name, pages });
  }
  return readPage(root, page);
}

function readPage(root: string, name: (typeof pages)[number]): Promise<string> {
  return readFile(join(root, 'resources', 'guide', `${name}.md`), 'utf8');
}

function titleOf(markdown: string, name: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1] ?? name;
}
