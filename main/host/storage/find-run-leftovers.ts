import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import {
  isAbandoned,
  MARGIN_MS,
  writtenAt,
  type CleaningContext,
  type FoundLeftovers,
  type Leftover,
} from './leftovers';
import { firstDigits, walkArtifacts } from './stored-artifacts';
import { sizeUp, walkFiles } from './walk-files';

/** What a file is called that is written beside the one that it replaces. */
const PARTIAL = /^\.[0-9a-f-]{36}\.partial$/;

/** Finds half-written files that killed processes left: none of them has a name under which it could be read. */
export async function findTemporary(context: CleaningContext): Promise<FoundLeftovers> {
  const { directory, artifacts, inUse } = context;
  const leftovers: Leftover[] = [];
  const add = (path: string, bytes: number, mayGo: () => boolean) => {
    if (mayGo()) leftovers.push({ group: 'temporary', path, isFolder: false, bytes, mayGo });
  };
  for await (const { path, bytes } of walkFiles(artifacts.incoming)) {
    add(path, bytes, () => isAbandoned(path, context));
  }
  const isTop = (path: string) => path === directory.runs || dirname(path) !== directory.root;
  for await (const { path, bytes } of walkFiles(directory.root, isTop)) {
    if (!PARTIAL.test(basename(path))) continue;
    const [room, runId = ''] = relative(directory.root, path).split(sep);
    const isOfRun = room === basename(directory.runs);
    add(path, bytes, () => isAbandoned(path, context) && !(isOfRun && inUse.isActive(runId)));
  }
  for (const room of [directory.runs, directory.engines]) {
    for (const name of await namesIn(room)) {
      // Its removal broke off.
      if (!name.startsWith('.removing-')) continue;
      const path = join(room, name);
      const { bytes } = await sizeUp(path);
      leftovers.push({ group: 'temporary', path, isFolder: true, bytes, mayGo: () => true });
    }
  }
  return { group: 'temporary', leftovers, blocked: null };
}

/** Finds checkpoints that nothing can go on from: of runs that have finished, or that the catalog does not know. */
export async function findCheckpoints(context: CleaningContext): Promise<FoundLeftovers> {
  const { directory, catalog, inUse } = context;
  const leftovers: Leftover[] = [];
  // A catalog that knows nothing may have been moved away, to be brought back.
  const knowsRuns = catalog.runs.count() > 0;
  for (const runId of knowsRuns ? await namesIn(directory.runs) : []) {
    if (!/^[0-9a-z]{8}$/.test(runId)) continue;
    const mayGo = () => !inUse.isActive(runId) && ['finished', null].includes(catalog.runs.stateOf(runId));
    if (!mayGo()) continue;
    const path = directory.runDirectory(runId);
    leftovers.push({ group: 'checkpoints', path, isFolder: true, bytes: (await sizeUp(path)).bytes, mayGo });
  }
  return { group: 'checkpoints', leftovers, blocked: null };
}

/** Finds what labs have computed that are not open: they compute it anew. */
export async function findLabCaches({ directory, inUse }: CleaningContext): Promise<FoundLeftovers> {
  const leftovers: Leftover[] = [];
  for (const program of await namesIn(directory.labs)) {
    for (const key of await namesIn(join(directory.labs, program))) {
      const path = join(directory.labs, program, key);
      const mayGo = () => !inUse.openLabFolders().includes(path);
      if (!mayGo()) continue;
      leftovers.push({ group: 'labs', path, isFolder: true, bytes: (await sizeUp(path)).bytes, mayGo });
    }
  }
  return { group: 'labs', leftovers, blocked: null };
}

/**
 * Finds artifact files that the catalog does not know, as a killed run leaves them that had not announced them yet.
 * While a run is under way there is no telling: it may have written one, or have found that it was there already,
 * and be about to announce it.
 */
export async function findUnreferenced(context: CleaningContext): Promise<FoundLeftovers> {
  const { artifacts, catalog, inUse, now } = context;
  const group = 'unreferenced';
  const block = (blocked: string): FoundLeftovers => ({ group, leftovers: [], blocked });
  if (inUse.oldestLaunch() !== null) {
    return block(
      'A run is under way and may be about to announce what it has written. Look again when it has ended.',
    );
  }
  const leftovers: Leftover[] = [];
  for (const digits of firstDigits) {
    const known = new Set(catalog.artifacts.beginningWith(digits).map(({ id }) => id));
    for await (const { id, path, bytes } of walkArtifacts(artifacts, digits)) {
      if (known.has(id)) continue;
      const mayGo = () => {
        const at = writtenAt(path);
        return (
          inUse.oldestLaunch() === null && !catalog.artifacts.has(id) && at !== null && at < now() - MARGIN_MS
        );
      };
      if (mayGo()) leftovers.push({ group, path, isFolder: false, bytes, mayGo });
    }
  }
  if (leftovers.length > 0 && catalog.artifacts.totals().count === 0) {
    return block(
      'The catalog knows no artifact at all. If it was moved away or lost, these files are the results that it listed.',
    );
  }
  return { group, leftovers, blocked: null };
}

/** Names of what is in a folder; none if it is not there. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
