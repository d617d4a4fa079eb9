import { describe, expect, it } from 'vitest';
import type { Progress } from '#contract/records';
import { ProgressMeter } from '#worker/progress-meter';

function makeMeter(work: { total: number; start?: number }) {
  const told: Progress[] = [];
  let now = 0;
  const meter = new ProgressMeter(
    'work',
    { ...work, unit: 'steps' },
    (progress) => told.push(progress),
    () => now,
    () => 5e8,
  );
  return { meter, told, advance: (ms: number) => (now += ms) };
}

describe('ProgressMeter', () => {
  it('tells rate and time left from what this attempt has done, not from what an earlier one did', () => {
    const { meter, told, advance } = makeMeter({ total: 100, start: 50 });
    advance(2000);
    meter.update(60);
    expect(told.at(-1)).toMatchObject({ done: 60, total: 100, rate: 5, etaMs: 8000 });
  });

  it('says nothing about the rate before it can', () => {
    expect(makeMeter({ total: 3 }).told).toEqual([
      { phase: 'work', done: 0, total: 3, unit: 'steps', rate: null, etaMs: null, peakBytes: 5e8 },
    ]);
  });

  it('is quiet between, and always tells the end', () => {
    const { meter, told, advance } = makeMeter({ total: 1000 });
    for (let done = 1; done <= 1000; done++) {
      advance(1);
      meter.update(done);
    }
    expect(told.length).toBeLessThan(5);
    expect(told.at(-1)).toMatchObject({ done: 1000, etaMs: 0 });
  });

  it('follows a change of speed', () => {
    const { meter, told, advance } = makeMeter({ total: 1000 });
    for (let i = 1; i <= 20; i++) {
      advance(1000);
      meter.update(10 * i);
    }
    for (let i = 1; i <= 20; i++) {
      advance(1000);
      meter.update(200 + 20 * i);
    }
    expect(told.at(-1)?.rate).toBeCloseTo(20, 1);
  });
});
