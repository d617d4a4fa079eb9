import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#contract/errors';
import type { GuidePage } from '#contract/records';

/** Files of `resources/guide`, in the order in which they are read. */
const pages = [
  'getting-started',
  'workbench',
  'concepts',
  'bring-your-own',
  'benchmark',
  'why-it-works',
  'reports',
  'engines',
  'troubleshooting',
  'command-line',
  'starter-8-results',
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

/**
 * Reads a picture of the guide, of `resources/guide/img`.
 *
 * @param root the program's own folder
 * @param name of the file, without extension
 * @param theme of the page that shows it; a picture without a dark variant is the same in both
 * @returns PNG
 * @throws {AppError} `invalid_input` if there is no such picture
 */
export async function readGuideImage(
  root: string,
  name: string,
  theme: 'light' | 'dark',
): Promise<Uint8Array<ArrayBuffer>> {
  const fileOf = (base: string) => join(root, 'resources', 'guide', 'img', `${base}.png`);
  // Nothing outside the folder can be named.
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(fileOf(name))) {
    throw new AppError('invalid_input', `The guide has no picture ${name}.`, { image: name });
  }
  const dark = fileOf(`${name}-dark`);
  return readFile(theme === 'dark' && existsSync(dark) ? dark : fileOf(name));
}

function readPage(root: string, name: (typeof pages)[number]): Promise<string> {
  return readFile(join(root, 'resources', 'guide', `${name}.md`), 'utf8');
}

function titleOf(markdown: string, name: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1] ?? name;
}
