import { describe, expect, it, test } from 'vitest';
import { figureDocumentSchema, type FigureDocument, type Mark } from '#contract/figure';
import { describeFigure } from './describe-figure';
import { exampleFigures } from './example-figures';

const figures = Object.entries(exampleFigures);

function marksOf({ body }: FigureDocument): Mark[] {
  return body.kind === 'plots' ? body.panels.flatMap(({ marks }) => marks) : [];
}

describe('figures of every kind', () => {
  test.each(figures)('%s is what is on record, in rounded numbers', async (name, figure) => {
    expect(figureDocumentSchema.parse(figure)).toEqual(figure);
    await expect(describeFigure(figure)).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });

  test.each(figures)('%s has lists of one length, finite numbers and ascending axes', (_, figure) => {
    for (const mark of marksOf(figure)) {
      const lists = Object.values(mark).filter((value) => Array.isArray(value));
      if (mark.kind === 'cells') expect(mark.values).toHaveLength(mark.x.length * mark.y.length);
      else if (mark.kind !== 'rule' && mark.kind !== 'frame') {
        expect(new Set(lists.map(({ length }) => length)).size).toBe(1);
      }
      for (const value of lists.flat())
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    }
    if (figure.body.kind !== 'plots') return;
    for (const { x, y } of figure.body.panels) {
      for (const axis of [x, y])
        if (axis.scale !== 'category') expect(axis.range[1]).toBeGreaterThan(axis.range[0]);
    }
  });

  test.each(figures)('%s says in whole sentences what is seen', (_, { caption }) => {
    expect(caption).toMatch(/^[A-Z].*\.$/s);
    expect(caption).not.toMatch(/undefined|NaN|null|\s{2}| \.|\(\)/);
  });

  it('draws a method in the same color and with the same dash everywhere', () => {
    const looks = figures.flatMap(([, figure]) =>
      marksOf(figure).flatMap((mark) => ('series' in mark ? [[mark.name, mark.series]] : [])),
    );
    for (const [name, series] of [
      ['Non-linear FT', 0],
      ['Post-hoc linearized', 1],
      ['Linear FT', 2],
    ]) {
      const found = looks.filter(([other]) => other === name);
      expect(found.length).toBeGreaterThan(3);
      expect(new Set(found.map(([, of]) => of))).toEqual(new Set([series]));
    }
    const lines = marksOf(exampleFigures['alpha-addition']).flatMap((mark) =>
      mark.kind === 'line' ? [mark.dash] : [],
    );
    expect(new Set(lines).size).toBe(3);
  });
});
