import { describe, expect, it } from 'vitest';
import type { ReportItem } from '#contract/report';
import { nameOfPiece } from '#contract/piece-name';
import { insertItems, isSamePiece, moveItem } from '#renderer/state/report-items.ts';
import { exampleReport } from '#test/support/fake-reports';

const { items } = exampleReport();
const idsOf = (all: readonly ReportItem[]) => all.map(({ id }) => id);

describe('the pieces of a report', () => {
  it.each([
    ['introduction', 1, ['addition', 'introduction', 'alpha-addition', 'training-loss']],
    ['introduction', 3, ['addition', 'alpha-addition', 'training-loss', 'introduction']],
    ['training-loss', 0, ['training-loss', 'introduction', 'addition', 'alpha-addition']],
    ['training-loss', -1, ['training-loss', 'introduction', 'addition', 'alpha-addition']],
    ['addition', 99, ['introduction', 'alpha-addition', 'training-loss', 'addition']],
    ['unknown', 0, idsOf(items)],
  ])('are moved: %s to place %i', (id, place, expected) => {
    expect(idsOf(moveItem(items, id, place))).toEqual(expected);
  });

  it('get ids of their own when they are added', () => {
    const [, table] = items;
    const once = insertItems(items, [table], 'addition');
    expect(once.ids).toEqual(['addition-2']);
    expect(idsOf(once.items).slice(1, 3)).toEqual(['addition', 'addition-2']);
    const twice = insertItems(once.items, [once.items[2], table], null);
    expect(twice.ids).toEqual(['addition-3', 'addition-4']);
    expect(idsOf(twice.items).slice(-2)).toEqual(['addition-3', 'addition-4']);
    expect(new Set(idsOf(twice.items)).size).toBe(twice.items.length);
  });

  it('are the same if they show the same, whatever their id, width and caption', () => {
    const [text, table, figure] = items;
    expect(isSamePiece(figure, { ...figure, id: 'other', caption: 'mine' } as ReportItem)).toBe(true);
    expect(isSamePiece(figure, table)).toBe(false);
    expect(isSamePiece(text, text)).toBe(false);
  });

  it('have a name before the host has said one', () => {
    expect(items.map(nameOfPiece)).toEqual([
      'Introduction',
      'Table of the study: addition',
      'Accuracy against α',
      'Training curves',
    ]);
    const text = { kind: 'text', id: 'text', heading: ' ', text: 'First line\nsecond' } as const;
    expect(nameOfPiece(text)).toBe('First line');
    expect(nameOfPiece({ ...text, text: '' })).toBe('Text');
  });
});
