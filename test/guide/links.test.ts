import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listGuidePages } from '#host/guide';
import { splitSections } from '#renderer/state/guide-sections.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'resources', 'guide');
const read = (page: string) => readFile(join(folder, `${page}.md`), 'utf8');

/** Links and pictures of a page, without what stands in code. */
function targetsOf(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
}

describe('the guide', () => {
  it('shows every file of its folder', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.md'));
    const pages = (await listGuidePages(root)).map(({ name }) => `${name}.md`);
    expect(pages.sort()).toEqual(files.sort());
  });

  it('has no link that leads nowhere, and no picture that is missing in light or dark', async () => {
    const pages = await listGuidePages(root);
    const sections = new Map<string, string[]>();
    for (const { name } of pages) {
      const slugs = splitSections(await read(name)).map(({ slug }) => slug);
      sections.set(name, slugs);
    }
    const broken: string[] = [];
    for (const { name } of pages) {
      for (const target of targetsOf(await read(name))) {
        const image = /^img\/([a-z0-9-]+)\.png$/.exec(target)?.[1];
        const found = /^(?:([a-z0-9-]+)\.md)?(?:#(.+))?$/.exec(target) ?? [];
        const [, other = name, slug] = found as (string | undefined)[];
        const isThere =
          image === undefined
            ? sections.get(other)?.some((known) => slug === undefined || known === slug)
            : [image, `${image}-dark`].every((file) => existsSync(join(folder, 'img', `${file}.png`)));
        if (isThere !== true || target === '') broken.push(`${name}.md: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
