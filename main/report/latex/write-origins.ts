import type { Origin } from '#contract/report';
import { shortHash } from '../short-hash';
import { escapeLatex } from './escape-latex';

/** More runs than these are listed at the end of a report, not below each figure. */
const MOST = 8;

/** Writes the beginning of a spec's hash. */
export function writeHash(specHash: string): string {
  return `\\texttt{${escapeLatex(shortHash(specHash))}}`;
}

/** Whether runs are too many to stand below a figure or table. */
export function areMany(origins: readonly Origin[]): boolean {
  return origins.length > MOST;
}

/** Lists runs with the beginnings of their specs' hashes. */
export function listOrigins(origins: readonly Origin[]): string {
  return origins
    .map(({ runId, specHash }) => `\\texttt{${escapeLatex(runId)}} (${writeHash(specHash)})`)
    .join(', ');
}

/** Says in a sentence which runs a figure or table is made of; empty for none. */
export function writeOrigins(origins: readonly Origin[]): string {
  if (origins.length === 0) return '';
  if (areMany(origins)) return `Made from ${origins.length} runs, which are listed at the end.`;
  return `Made from ${origins.length === 1 ? 'run' : 'runs'} (and spec) ${listOrigins(origins)}.`;
}
