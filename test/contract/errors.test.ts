import { describe, expect, it } from 'vitest';
import { AppError, errorCatalogue, fromPlainError, plainErrorSchema, toPlainError } from '#contract/errors';

describe('AppError', () => {
  it('crosses a process boundary without losing code, message, advice or data', () => {
    const error = new AppError('class_mismatch', 'The head has 9 rows.', { rows: 9, names: ['a', 'b'] });
    const received = fromPlainError(plainErrorSchema.parse(JSON.parse(JSON.stringify(toPlainError(error)))));
    expect(received).toBeInstanceOf(AppError);
    expect(received).toMatchObject({
      code: 'class_mismatch',
      kind: 'user',
      message: 'The head has 9 rows.',
      advice: errorCatalogue.class_mismatch.advice,
      data: { rows: 9, names: ['a', 'b'] },
    });
    expect(received.stack).toBe(error.stack);
  });

  it('marks broken invariants of ours', () => {
    expect(new AppError('internal', 'no such case').message).toBe('internal: no such case');
    expect(fromPlainError(toPlainError(new AppError('internal', 'x'))).message).toBe('internal: x');
  });

  it('tells a full disk from a mistake of ours', () => {
    expect(toPlainError(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('disk_full');
    expect(toPlainError(new Error('boom')).code).toBe('internal');
    expect(toPlainError('a string').kind).toBe('bug');
  });

  it('has advice for every code', () => {
    for (const { advice } of Object.values(errorCatalogue)) expect(advice).toMatch(/^[A-Z"].*\.$/);
  });
});
