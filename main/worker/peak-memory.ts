import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Returns the largest resident size that this process has had since {@link resetPeakMemory}, where the
 * system lets it be reset (Linux), else since its start.
 *
 * @returns bytes
 */
export function peakMemory(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  } catch {
    // Not Linux: the system counts for the whole life of the process.
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** Begins to count anew where the system allows it. */
export function resetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak is then that of the whole process, which only grows: an over-estimate, never too small.
  }
}
