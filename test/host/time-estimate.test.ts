import { describe, expect, it } from 'vitest';
import { TimeEstimate } from '#host/time-estimate';
import type { Catalog } from '#catalog/open-catalog';
import type { RunSpecOf } from '#contract/specs/index';
import { addRun, openTestCatalog, say } from '#test/support/catalog-fixture';
import { finetuneSpec } from '#test/support/specs';

/** A training of so many steps of 16 images. */
function training(steps: number, mode: 'standard' | 'linear' = 'linear'): RunSpecOf<'finetune'> {
  const spec = finetuneSpec();
  const schedule = { ...spec.params.schedule, steps, batchSize: 16 };
  return { ...spec, params: { ...spec.params, mode, schedule } };
}

/** Adds a run that has finished after some time, having taken some memory. */
function addFinished(
  catalog: Catalog,
  spec: RunSpecOf<'finetune'>,
  elapsedMs: number,
  peakBytes: number,
): void {
  const { id } = addRun(catalog, spec);
  catalog.runs.markRunning(id, 1000);
  const progress = { phase: 'fine-tuning', done: 1, total: 1, unit: 'steps', rate: null, etaMs: 0 };
  say(catalog, id, { type: 'progress', ...progress, peakBytes }, 1000);
  say(catalog, id, { type: 'end', outcome: 'finished', error: null }, 1000 + elapsedMs);
}

describe('TimeEstimate', () => {
  it('judges a run by what earlier ones of its kind, mode and model took for their work', () => {
    const catalog = openTestCatalog();
    addFinished(catalog, training(100), 10_000, 3e8);
    addFinished(catalog, training(300), 50_000, 4e8);
    addFinished(catalog, training(100, 'standard'), 1_000, 9e8);
    // 60 s for 400 steps.
    expect(new TimeEstimate(catalog).of(training(800))).toEqual({
      milliseconds: 120_000,
      peakBytes: 4e8,
      runCount: 2,
    });
  });

  it('says nothing where no run tells', () => {
    const catalog = openTestCatalog();
    addFinished(catalog, training(100, 'standard'), 1_000, 9e8);
    expect(new TimeEstimate(catalog).of(training(100))).toBeNull();
  });
});
