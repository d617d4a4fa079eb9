import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { environmentRecordSchema, type RunEventBody } from '#contract/events';
import { parseRunSpec, runSpecText, type RunSpecOf } from '#contract/specs/index';
import { startEngine } from '#numerics/engine/start-engine';
import environment from '#resources/starter/environment.json';
import log from '#resources/starter/log.json';
import record from '#resources/starter/spec.json';
import { Cancelled } from '#worker/run-context';
import { RunLab } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { testEngines } from '#test/support/test-engines';

/** How many of the first steps are made again. */
const STEPS = 50;

describe('the record of the starter’s pre-trained model', () => {
  it('has a specification and an environment that are valid', () => {
    expect(parseRunSpec(record).kind).toBe('pretrain');
    expect(environmentRecordSchema.parse(environment).appCommit).toMatch(/^[0-9a-f]{40}$/);
  });

  describe.each(testEngines.slice(0, 1))('on the %s engine', (engine) => {
    beforeAll(() => startEngine(engine));

    it('has the loss curve that its first 50 steps give again', async () => {
      const spec = parseRunSpec(record) as RunSpecOf<'pretrain'>;
      const losses: number[] = [];
      const again = new RunLab(sharedTempFolder()).run(spec, (event: RunEventBody, context) => {
        if (event.type !== 'metric' || event.name !== 'loss') return;
        losses.push(event.value);
        if (losses.length === STEPS) context.cancel();
      });
      await expect(again).rejects.toBeInstanceOf(Cancelled);
      // Engines and processors add in other orders; over 50 steps of training that grows to about 1e-4.
      losses.forEach((loss, step) => expect(Math.abs(loss / log.firstLosses[step] - 1)).toBeLessThan(1e-3));
      expect(losses[STEPS - 1]).toBeLessThan(losses[0] - 0.3);
    }, 240_000);
  });
});

describe('the starter’s pre-trained model', () => {
  it('says which specification made it', () => {
    expect(sha256(runSpecText(parseRunSpec(record)))).toBe(log.specHash);
  });
});
