import { describe, expect, it } from 'vitest';
import { runningMs } from '#renderer/state/running-time.ts';
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatPercent,
  formatRate,
  formatValue,
} from '#renderer/ui/format.ts';
import { FakeHost } from '#test/support/fake-host';

describe('numbers for people', () => {
  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 05 min'],
    [273_600_000, '3 d 4 h'],
  ])('writes a duration of %i ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, 'just now'],
    [5 * 60_000, '5 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [2 * 86_400_000, '2 d ago'],
    [1_000_000_000_000, '1970-01-01'],
  ])('writes an age of %i ms as %s', (age, text) => expect(formatAge(0, age)).toBe(text));

  it.each([
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_600, '1.0 MB'],
    [310_400_000, '310 MB'],
    [5e16, '50000 TB'],
  ])('writes %i bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('writes rates, fractions and values', () => {
    expect([formatRate(123.4, 'steps'), formatRate(12.34, 'steps'), formatRate(0.5, 'images')]).toEqual([
      '123 steps/s',
      '12.3 steps/s',
      '0.50 images/s',
    ]);
    expect([formatPercent(0.9137), formatPercent(null)]).toEqual(['91.4', '–']);
    expect([formatValue(0), formatValue(0.123456), formatValue(1e-5)]).toEqual(['0', '0.1235', '1.000e-5']);
  });
});

describe('running time', () => {
  it('adds the current attempt to those before it', () => {
    const run = new FakeHost().addRun('finetune', { startedAt: 5000, elapsedMs: 2000 });
    expect(runningMs({ ...run, state: 'running' }, 8000)).toBe(5000);
    expect(runningMs({ ...run, state: 'interrupted' }, 8000)).toBe(2000);
    expect(runningMs({ ...run, state: 'queued', startedAt: null }, 8000)).toBe(2000);
  });
});
