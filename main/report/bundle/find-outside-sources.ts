import type { StudyGraph } from '#contract/study-template';

/** A file or folder that a study reads and does not make. */
export interface OutsideSource {
  readonly path: string;
  /** SHA-256 of a file, or of the list of a folder's files with theirs. */
  readonly fingerprint: string;
  /** Steps that read it. */
  readonly steps: readonly string[];
}

/**
 * Finds the files and folders that somebody must have to run a study: every path in its specifications beside the
 * fingerprint that it had.
 */
export function findOutsideSources({ steps }: StudyGraph): OutsideSource[] {
  const found = new Map<string, OutsideSource>();
  const visit = (value: unknown, step: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { path, file, fingerprint } = value as Record<string, unknown>;
    const place = path ?? file;
    if (typeof place === 'string' && typeof fingerprint === 'string') {
      const key = `${place} ${fingerprint}`;
      const before = found.get(key)?.steps ?? [];
      found.set(key, { path: place, fingerprint, steps: [...before, step] });
    }
    for (const item of Object.values(value)) visit(item, step);
  };
  for (const { id, spec } of steps) visit(spec, id);
  return [...found.values()];
}
