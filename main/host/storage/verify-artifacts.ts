import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { DamagedArtifact, Verification, VerificationState } from '#contract/storage';
import { firstDigits } from './stored-artifacts';

/** Damaged artifacts that are listed by name; a lost disk damages all of them. */
const MOST_LISTED = 500;
/** Artifacts that are looked up in one turn. */
const AT_ONCE = 100;

/** How far a verification is. */
export type VerificationProgress = NonNullable<Extract<VerificationState, { state: 'running' }>['progress']>;

/**
 * Compares the file of every artifact that the catalog knows with its SHA-256.
 *
 * @param store the files
 * @param catalog says which there must be, and which run made each
 * @param tell told how far it is
 * @param signal stops it
 * @throws the reason of `signal`
 */
export async function verifyArtifacts(
  store: ArtifactStore,
  catalog: Catalog,
  tell: (progress: VerificationProgress) => void,
  signal: AbortSignal,
): Promise<Verification> {
  const total = catalog.artifacts.totals();
  const done = { count: 0, bytes: 0 };
  const found: Pick<DamagedArtifact, 'id' | 'problem'>[] = [];
  const report = () => tell({ done: { ...done }, total, damaged: found.length });
  const verify = async (id: string) => {
    const onBytes = (bytes: number) => {
      signal.throwIfAborted();
      done.bytes += bytes;
      report();
    };
    return store.verify(id, onBytes).catch((error: unknown) => {
      signal.throwIfAborted();
      // It may have gone since it was looked for; else the system says that it cannot be read.
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? ('missing' as const)
        : ('unreadable' as const);
    });
  };
  for (const digits of firstDigits) {
    for (const { id, sizeBytes } of catalog.artifacts.beginningWith(digits)) {
      signal.throwIfAborted();
      const before = done.bytes;
      const verdict = await verify(id);
      if (verdict !== 'intact') found.push({ id, problem: verdict });
      // What is missing or cut off is done with as well.
      done.bytes = before + sizeBytes;
      done.count += 1;
      report();
    }
  }
  const damaged: (DamagedArtifact & { createdAt: number })[] = [];
  for (const { id, problem } of found) {
    if (damaged.length % AT_ONCE === 0) await nextTurn();
    const { kind, label, sizeBytes, madeBy, createdAt } = catalog.artifacts.find(id);
    const maker = madeBy === null ? null : { runId: madeBy, title: catalog.runs.get(madeBy).title };
    damaged.push({ id, kind, label, sizeBytes, problem, madeBy: maker, createdAt });
  }
  damaged.sort((a, b) => a.createdAt - b.createdAt);
  return {
    ...done,
    damaged: damaged.slice(0, MOST_LISTED),
    unlisted: Math.max(0, damaged.length - MOST_LISTED),
  };
}
