import { describe, expect, it } from 'vitest';
import { flowStrips, heightOf, type Page } from '#report/pages/flow-strips';
import { makeStrip, type Strip } from '#report/pages/strip';

const names = new Map<Strip, string>();
/** A strip that is known by its first part. */
function strip(name: string, height: number, change: Partial<Strip> = {}): Strip {
  const made = makeStrip({
    height,
    parts: [{ element: { tag: 'P', parent: null, alt: name }, inks: [] }],
    ...change,
  });
  names.set(made, name);
  return made;
}
const shown = (pages: readonly Page[]) =>
  pages.map(({ placed }) =>
    placed
      .map(({ strip: { parts }, isRepeated }) => (isRepeated ? '*' : '') + (parts[0].element?.alt ?? ''))
      .join(' '),
  );
const flow = (...strips: Strip[]) => flowStrips(strips, (layout) => (layout === 'portrait' ? 100 : 60));

describe('strips on pages', () => {
  it('follow each other as long as there is room', () => {
    expect(shown(flow(strip('a', 50), strip('b', 50), strip('c', 50)))).toEqual(['a b', 'c']);
  });

  it('keep the larger of two distances, but none on top of a page', () => {
    const [first, second] = flow(
      strip('a', 30, { spaceAfter: 10 }),
      strip('b', 30, { space: 4 }),
      strip('c', 30, { space: 20 }),
    );
    expect(first.placed.map(({ y }) => y)).toEqual([0, 40]);
    expect(second.placed.map(({ y }) => y)).toEqual([0]);
    expect(heightOf([strip('a', 30, { spaceAfter: 10 }), strip('b', 30, { space: 4 })])).toBe(70);
  });

  it('stay together where they are tied', () => {
    expect(shown(flow(strip('a', 60), strip('head', 20, { isTied: true }), strip('b', 30)))).toEqual([
      'a',
      'head b',
    ]);
  });

  it('are parted where they are tied and higher than a page', () => {
    const tied = { isTied: true };
    expect(shown(flow(strip('a', 60, tied), strip('b', 60, tied), strip('c', 30)))).toEqual(['a', 'b c']);
    expect(shown(flow(strip('a', 10), strip('huge', 500), strip('c', 30)))).toEqual(['a', 'huge', 'c']);
  });

  it('repeat the head of a table that goes on, and close it where the page ends', () => {
    const head = strip('head', 20);
    const closing = [{ element: null, inks: [] }];
    const row = (name: string) => strip(name, 30, { repeated: [head], closing });
    const pages = flow(head, row('1'), row('2'), row('3'), row('4'), row('5'));
    expect(shown(pages)).toEqual(['head 1 2', '*head 3 4', '*head 5']);
    expect(pages.map(({ placed }) => placed.at(-1)!.strip.parts.length)).toEqual([2, 2, 1]);
  });

  it('let a table pass a figure that a page has no room for, but no figure and no text', () => {
    const figure = (name: string, height: number) => strip(name, height, { float: 'figure' });
    const table = (name: string, height: number) => strip(name, height, { float: 'table' });
    const text = (name: string) => strip(name, 10);
    expect(shown(flow(text('a'), figure('F1', 95), figure('F2', 20), table('T1', 20), text('b')))).toEqual([
      'a T1',
      'F1',
      'F2 b',
    ]);
    expect(shown(flow(text('a'), figure('F1', 95), text('b'), table('T1', 20)))).toEqual(['a', 'F1', 'b T1']);
    expect(shown(flow(text('a'), figure('F1', 95), table('T1', 95), table('T2', 5)))).toEqual([
      'a',
      'F1',
      'T1 T2',
    ]);
  });

  it('turn the page where the layout changes', () => {
    const wide = (name: string) => strip(name, 25, { layout: 'landscape' });
    const pages = flow(strip('a', 10), wide('b'), wide('c'), wide('d'), strip('e', 10));
    expect(shown(pages)).toEqual(['a', 'b c', 'd', 'e']);
    expect(pages.map(({ layout }) => layout)).toEqual(['portrait', 'landscape', 'landscape', 'portrait']);
  });
});
