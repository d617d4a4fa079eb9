import { lstatSync } from 'node:fs';
import type { ArtifactStore } from '#artifacts/artifact-store';
import type { Catalog } from '#catalog/open-catalog';
import type { LeftoverGroup } from '#contract/storage';
import type { DataDirectory } from '../data-directory';

/**
 * What was written less than this long ago is left: clocks of a file server and of this machine differ, and another
 * process may be about to use it.
 */
export const MARGIN_MS = 10 * 60_000;

/** Something that can be removed without losing a result. */
export interface Leftover {
  readonly group: LeftoverGroup;
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  /**
   * Whether nothing has come to use it. Asked at the moment of removal: nothing else of this process happens between
   * the answer and the removal, and other processes write only for runs and labs of this one.
   */
  readonly mayGo: () => boolean;
}

/** What a search for leftovers has found. */
export interface FoundLeftovers {
  readonly group: LeftoverGroup;
  readonly leftovers: readonly Leftover[];
  /** Why nothing of the group can be removed now; null if it can. */
  readonly blocked: string | null;
}

/** What is in use just now; asked anew for each leftover. */
export interface InUse {
  /** When the oldest worker of a run that is there was launched; null if none is. */
  oldestLaunch(): number | null;
  /** Whether a worker of this run is there. */
  isActive(runId: string): boolean;
  /** Folders that open labs read and write. */
  openLabFolders(): readonly string[];
  hasLabWorkers(): boolean;
  /** Whether this process installs an engine. */
  isInstalling(): boolean;
}

/** Where leftovers are looked for. */
export interface CleaningContext {
  readonly directory: DataDirectory;
  readonly artifacts: ArtifactStore;
  readonly catalog: Catalog;
  readonly inUse: InUse;
  readonly now: () => number;
}

/** When a file was last written, in milliseconds since 1970; null if it is not there. */
export function writtenAt(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** Whether a file was written before every worker that is there was launched, so that it is of none of them. */
export function isAbandoned(path: string, { inUse, now }: CleaningContext): boolean {
  const at = writtenAt(path);
  return at !== null && at < Math.min(inUse.oldestLaunch() ?? now(), now()) - MARGIN_MS;
}
