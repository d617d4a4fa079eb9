import { describe, expect, it } from 'vitest';
import { createSlugger, searchGuide, splitSections } from '#renderer/state/guide-sections.ts';

const markdown = `# A page

Begins here.

## Task \`vector\`, τ

| a | the *difference* |

\`\`\`sh
# no heading
tangent map
\`\`\`

## Task vector τ

See [another](other.md#x) page.
`;

describe('the sections of a page', () => {
  it('are split at headings, and not in code', () => {
    expect(splitSections(markdown).map(({ title, slug, depth }) => [title, slug, depth])).toEqual([
      ['A page', 'a-page', 1],
      ['Task vector, τ', 'task-vector-τ', 2],
      ['Task vector τ', 'task-vector-τ-1', 2],
    ]);
  });

  it('have the slugs that viewers of Markdown give them', () => {
    const slugOf = createSlugger();
    expect(['Runs & (files)', 'The leak of DTD, a worked example', 'a_b-c'].map(slugOf)).toEqual([
      'runs--files',
      'the-leak-of-dtd-a-worked-example',
      'a_b-c',
    ]);
  });
});

describe('searching the guide', () => {
  const pages = [
    { name: 'first', markdown },
    { name: 'second', markdown: '# Maps\n\nA map of two tasks.\n\n## Vector\n\nOf a task.\n' },
  ];
  const find = (text: string) =>
    searchGuide(pages, text).map(({ page, section, line }) => [page, section.slug, line]);

  it('finds sections with every word, titles first, and says the line', () => {
    expect(find('map')).toEqual([
      ['second', 'maps', 'A map of two tasks.'],
      ['first', 'task-vector-τ', 'tangent map'],
    ]);
    expect(find('DIFFERENCE vector')).toEqual([['first', 'task-vector-τ', 'a the difference']]);
    expect(find('another')).toEqual([['first', 'task-vector-τ-1', 'See another page.']]);
  });

  it('finds nothing for words that are in no section together, and for none', () => {
    expect(find('difference another')).toEqual([]);
    expect(find('  ')).toEqual([]);
  });
});
