import { describe, expect, it } from 'vitest';
import { measureText } from '#report/drawing/fonts';
import { setParagraph, stackStrips, type ParagraphStyle } from '#report/pages/set-paragraph';
import type { Ink } from '#report/pages/strip';

const text =
  'Tasks are added and taken away in the tangent space, where each of them leaves the others alone. '.repeat(
    4,
  );
const style: ParagraphStyle = { family: 'serif', size: 10, leading: 14, width: 200, element: null };
type TextInk = Extract<Ink, { kind: 'text' }>;
const set = (change: Partial<ParagraphStyle>) =>
  setParagraph([{ text, weight: 'regular' }], { ...style, ...change });
const linesOf = (change: Partial<ParagraphStyle>) =>
  set(change).map(({ parts }) => parts.flatMap(({ inks }) => inks.filter((ink) => ink.kind === 'text')));
const endOf = (inks: readonly TextInk[]) => {
  const { x, text: last } = inks.at(-1)!;
  return x + measureText(last, 'serif', 'regular', 10);
};

describe('paragraphs', () => {
  it('are flush on both sides but for the last line, and keep the spaces between words', () => {
    const lines = linesOf({ alignment: 'justified' });
    expect(lines.length).toBeGreaterThan(5);
    for (const inks of lines.slice(0, -1)) {
      expect(inks[0].x).toBe(0);
      expect(endOf(inks)).toBeCloseTo(200, 6);
    }
    expect(endOf(lines.at(-1)!)).toBeLessThan(199);
    expect(lines.map((inks) => inks.map((ink) => ink.text).join('')).join(' ')).toBe(text.trim());
  });

  it('stand in the middle where they are balanced and one line, else at the left', () => {
    const [[word]] = setParagraph([{ text: 'short', weight: 'regular' }], {
      ...style,
      alignment: 'balanced',
    }).map(({ parts }) => parts[0].inks);
    expect(word.x).toBeCloseTo((200 - measureText('short', 'serif', 'regular', 10)) / 2, 6);
    for (const [first] of linesOf({ alignment: 'balanced' })) expect(first.x).toBe(0);
  });

  it('move all lines but the first to the right, within their width', () => {
    const lines = linesOf({ hanging: 20 });
    expect(lines.map(([first]) => first.x)).toEqual(lines.map((_, l) => (l === 0 ? 0 : 20)));
    for (const inks of lines) expect(endOf(inks)).toBeLessThanOrEqual(200);
  });

  it('keep the first two lines together, and the last two', () => {
    const ties = set({}).map(({ isTied }) => isTied);
    expect(ties.length).toBeGreaterThan(5);
    expect(ties).toEqual(ties.map((_, l) => l === 0 || l === ties.length - 2));
  });

  it('are as high in one strip as in many', () => {
    const strips = [...set({ space: 5 }), ...set({ space: 9 })];
    const { height, parts, space } = stackStrips(strips);
    expect(space).toBe(5);
    expect(height).toBe(strips.length * 14 + 9);
    const tops = parts.map(({ inks }) => inks[0].y);
    expect(tops.at(-1)! - tops[0]).toBe((strips.length - 1) * 14 + 9);
  });
});
