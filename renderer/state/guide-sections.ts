/** A heading of a page of the guide, with what stands below it until the next one. */
export interface GuideSection {
  readonly title: string;
  /** Names the heading in an address, as viewers of Markdown do. */
  readonly slug: string;
  /** 1 for the title of the page. */
  readonly depth: number;
  readonly text: string;
}

/** A section that holds what was looked for. */
export interface GuideMatch {
  readonly page: string;
  readonly pageTitle: string;
  readonly section: GuideSection;
  /** The line that holds the most of the words. */
  readonly line: string;
}

/** Returns a function that makes slugs of the headings of one page, in their order; a second equal heading gets a number. */
export function createSlugger(): (title: string) => string {
  const seen = new Map<string, number>();
  return (title) => {
    const slug = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
}

/** Splits a page at its headings; what looks like one in a block of code is none. */
export function splitSections(markdown: string): GuideSection[] {
  const slugOf = createSlugger();
  const sections: { title: string; slug: string; depth: number; lines: string[] }[] = [];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*```/.test(line)) isCode = !isCode;
    const heading = isCode ? null : /^(#{1,6}) (.+)$/.exec(line);
    if (heading === null) sections.at(-1)?.lines.push(line);
    else {
      const title = plain(heading[2]);
      sections.push({ title, slug: slugOf(heading[2]), depth: heading[1].length, lines: [] });
    }
  }
  return sections.map(({ lines, ...section }) => ({ ...section, text: lines.join('\n') }));
}

/**
 * Finds the sections that hold every word of a text, those with all of them in their title first.
 *
 * @param pages by name, in the order of the guide
 */
export function searchGuide(
  pages: readonly { readonly name: string; readonly markdown: string }[],
  text: string,
): GuideMatch[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const countIn = (where: string) => words.filter((word) => where.toLowerCase().includes(word)).length;
  const found = pages.flatMap(({ name, markdown }) => {
    const sections = splitSections(markdown);
    const pageTitle = sections.at(0)?.title ?? name;
    return sections
      .filter((section) => countIn(`${section.title}\n${section.text}`) === words.length)
      .map((section): GuideMatch => {
        const lines = section.text.split('\n').filter((line) => /\p{L}/u.test(line));
        const best = lines.reduce((a, b) => (countIn(b) > countIn(a) ? b : a), lines.at(0) ?? '');
        return { page: name, pageTitle, section, line: plain(best) };
      });
  });
  const rank = ({ section }: GuideMatch) => (countIn(section.title) === words.length ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Takes away what Markdown marks words with. */
function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*|\\]|^#+ |^- /g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
