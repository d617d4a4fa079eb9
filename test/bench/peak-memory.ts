import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tf } from '#numerics/engine/library';
import type { Memory } from './protocol';

/** How often the subject runs: once more than it takes for what is left over to be used again. */
const RUNS = 3;

const RELEASE_MS = 300;

/**
 * Measures the memory that a subject takes in a process where it has not run before; Linux only.
 *
 * @param run runs it once; all its inputs are on the engine
 * @param countsTensors whether the engine's own count of bytes sees all tensors
 */
export async function measurePeakMemory(run: () => void, countsTensors: boolean): Promise<Memory> {
  // What setting up has left behind must neither hide the peak nor be given back during it. The memory of
  // arrays is released beside the program, after the collection that finds them unused.
  gc?.();
  await setTimeout(RELEASE_MS);
  gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  const before = readStatus('VmRSS');
  for (let i = 0; i < RUNS; i++) run();
  const peak = readStatus('VmHWM');
  return { peak, growth: peak - before, tensors: countsTensors ? await peakTensorBytes(run) : null };
}

async function peakTensorBytes(run: () => void): Promise<number> {
  const profile = await tf.profile(() => {
    run();
    return [];
  });
  return profile.peakBytes;
}

/** Reads a row of this process's status, in bytes: VmRSS is resident memory, VmHWM its peak. */
function readStatus(row: 'VmRSS' | 'VmHWM'): number {
  const match = new RegExp(`^${row}:\\s*(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  if (match === null) throw new Error(`/proc/self/status has no ${row}`);
  return Number(match[1]) * 1024;
}
