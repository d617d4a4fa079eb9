import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** The system counts in hundredths of a second, so a sample must span many. */
const SAMPLE_MS = 500;

/**
 * Measures how busy the machine is while no contestant computes: what other programs take, which
 * slows those contestants most whose threads wait for each other.
 *
 * @returns share of all cores' time, 0 to 1
 */
export async function sampleLoad(): Promise<number> {
  const before = countTicks();
  await setTimeout(SAMPLE_MS);
  const after = countTicks();
  const total = after.total - before.total;
  return total === 0 ? 0 : 1 - (after.idle - before.idle) / total;
}

function countTicks(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0),
  };
}
