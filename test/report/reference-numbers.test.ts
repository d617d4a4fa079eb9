import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { parseReferenceNumbers, referenceFor } from '#report/reference-numbers';
import published from '#resources/reference/tangent-task-arithmetic.json';

describe('published numbers', () => {
  const reference = parseReferenceNumbers(published);

  it('are confirmed of the paper’s addition only where they were read', () => {
    const confirmed = reference.entries
      .filter(({ work, quantity, confirmed }) => work === 'paper' && quantity === 'addition' && confirmed)
      .map(({ model, values }) => [model, values]);
    expect(confirmed).toEqual([
      ['ViT-B-32', { normalized: 85.4 }],
      ['ViT-B-16', { normalized: 86 }],
      ['ViT-L-14', { absolute: 88.5, normalized: 93.5 }],
    ]);
  });

  it('have single tasks whose mean is the average', () => {
    const bySuite = reference.entries.filter(
      ({ tasks, values, quantity }) =>
        tasks !== undefined && values.absolute !== undefined && quantity !== 'addition',
    );
    expect(bySuite.length).toBeGreaterThan(9);
    for (const { tasks = {}, values } of bySuite) {
      const numbers = Object.values(tasks);
      const average = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      expect(Math.abs(average - (values.absolute ?? 0))).toBeLessThan(0.011);
    }
  });

  it('are found by other ways to write a model', () => {
    const tasks = reference.suites['8-Vision'];
    const count = referenceFor('ViT-B-32', reference, tasks).entries.length;
    expect(count).toBeGreaterThan(20);
    for (const name of ['ViT-B/32', 'openai/clip-vit-base-patch32', 'ViT-B-32-quickgelu']) {
      expect(referenceFor(name, reference, tasks).entries).toHaveLength(count);
    }
    expect(referenceFor('mine (ViT-B-32)', reference, tasks).entries).toHaveLength(count);
  });

  it.each(['ViT-H-14', 'ViT-B-32__init__', 'ViT-B-32__pretrained__laion2b', 'like-ViT-L-14 (ViT-B-8)'])(
    'are not put beside %s',
    (model) => {
      const tasks = reference.suites['8-Vision'];
      expect(referenceFor(model, reference, tasks).entries).toEqual([]);
    },
  );

  it.each<[string, unknown, string]>([
    [
      'a number that is no percentage',
      { entries: [{ ...reference.entries[0], values: { absolute: 484 } }] },
      'entries.0.values.absolute',
    ],
    [
      'a suite that is not listed',
      { entries: [{ ...reference.entries[0], suite: '9-Vision' }] },
      'entries.0.suite',
    ],
    ['another format', { format: 'x' }, 'format'],
  ])('are refused with %s', (_, change, field) => {
    const parse = () => parseReferenceNumbers({ ...reference, ...(change as object) });
    expect(parse).toThrow(AppError);
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid_input', data: { fields: [field] } }));
  });
});
