import { describe, expect, it } from 'vitest';
import { measureText } from '#report/drawing/fonts';
import { breakLines, type Line, type Run } from '#report/pages/break-lines';

const textOf = (lines: readonly Line[]) =>
  lines.map(({ pieces }) => pieces.map(({ text }) => text).join('')).join('|');

describe('lines of text', () => {
  const size = 10;
  const runs: Run[] = [
    { text: 'Table 1. ', weight: 'bold' },
    { text: 'Accuracy of the sum, in percent; ± is half the interval of α.', weight: 'regular' },
  ];

  it('are as long as fit, with every word in its order', () => {
    const lines = breakLines(runs, 'serif', size, 120);
    expect(lines.length).toBeGreaterThan(2);
    for (const [l, { width }] of lines.entries()) {
      expect(width).toBeLessThanOrEqual(120);
      const next = lines.at(l + 1);
      if (next === undefined) continue;
      const [word] = next.pieces[0].text.split(' ');
      const weight = next.pieces[0].weight;
      expect(width + measureText(` ${word}`, 'serif', weight, size)).toBeGreaterThan(120);
    }
    expect(textOf(lines).replaceAll('|', ' ')).toBe(runs.map(({ text }) => text).join(''));
  });

  it('have a piece for each cut, each where the one before it ends', () => {
    const [{ pieces, spaces, width }] = breakLines(runs, 'sans', size, 1000);
    expect(pieces.map(({ weight }) => weight)).toEqual(['bold', 'regular']);
    expect(pieces[1].x).toBeCloseTo(measureText('Table 1. ', 'sans', 'bold', size), 6);
    expect(width).toBeCloseTo(pieces[1].x + measureText(runs[1].text, 'sans', 'regular', size), 0);
    expect(spaces).toBe(
      runs
        .map(({ text }) => text)
        .join('')
        .split(' ').length - 1,
    );
  });

  it('break a word that is wider than a line, and lose no letter', () => {
    const word = 'x'.repeat(200);
    const lines = breakLines([{ text: `a ${word} b`, weight: 'regular' }], 'sans', size, 90);
    for (const { width } of lines) expect(width).toBeLessThanOrEqual(90);
    expect(textOf(lines).replace(/[^x]/g, '')).toBe(word);
  });

  it('keep words together that change their cut inside', () => {
    const mixed: Run[] = [
      { text: 'one tw', weight: 'regular' },
      { text: 'o', weight: 'bold' },
      { text: ' three', weight: 'regular' },
    ];
    expect(textOf(breakLines(mixed, 'sans', size, measureText('one two', 'sans', 'bold', size)))).toBe(
      'one two|three',
    );
  });

  it('are one without text', () => {
    expect(breakLines([], 'sans', size, 10)).toEqual([{ pieces: [], width: 0, spaces: 0 }]);
  });
});
