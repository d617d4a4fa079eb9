import { cpus } from 'node:os';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { listNativeEngines } from '../native-engine/find-native-engine';
import { MARGIN_MS, type CleaningContext, type FoundLeftovers, type Leftover } from './leftovers';
import { sizeUp, walkFiles } from './walk-files';

/** What an installation unpacks and fetches into while it goes on. */
const UNDER_WAY = /^\.(install|fetch)-/;
/** An installation writes now and then; one that has not for so long was killed. */
const DEAD_AFTER_MS = 60 * 60_000;

interface Scratch {
  readonly path: string;
  readonly bytes: number;
  readonly isDead: boolean;
}

/**
 * Finds what installations of engines have left. An installation can also be under way in another process, since it
 * needs nothing else of the data directory: what it works in tells.
 */
export async function findEngineLeftovers(context: CleaningContext, root: string): Promise<FoundLeftovers[]> {
  const scratches = await findScratches(context);
  const isUnderWay = context.inUse.isInstalling() || scratches.some(({ isDead }) => !isDead);
  const blocked = isUnderWay ? 'An engine is being installed. Look again when that has ended.' : null;
  const mayGo = () => !context.inUse.isInstalling();
  const dead = isUnderWay ? [] : scratches;
  return [
    {
      group: 'temporary',
      leftovers: dead.map(({ path, bytes }) => ({ group: 'temporary', path, isFolder: true, bytes, mayGo })),
      blocked: null,
    },
    { group: 'engines', leftovers: isUnderWay ? [] : await findOldEngines(context, root), blocked },
    { group: 'wheels', leftovers: isUnderWay ? [] : await findWheels(context), blocked },
  ];
}

async function findScratches({ directory, now }: CleaningContext): Promise<Scratch[]> {
  const scratches: Scratch[] = [];
  const folders = [directory.engines, ...(await wheelFolders(directory.engines))];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory() || !UNDER_WAY.test(entry.name)) continue;
      const path = join(folder, entry.name);
      const { bytes, writtenAt } = await sizeUp(path);
      scratches.push({ path, bytes, isDead: writtenAt < now() - DEAD_AFTER_MS });
    }
  }
  return scratches;
}

/**
 * Finds engines that this version of the program does not load on this processor. Those for another processor are
 * left: on a shared directory another machine uses them.
 */
async function findOldEngines({ directory, inUse }: CleaningContext, root: string): Promise<Leftover[]> {
  const named = process.env.TANGENT_NATIVE_ENGINE;
  const leftovers: Leftover[] = [];
  for (const { folder, manifest, isCurrent } of listNativeEngines(directory.engines, root)) {
    const isOfHere = manifest.processor === (cpus().at(0)?.model ?? 'unknown');
    if (isCurrent || !isOfHere || (named && resolve(named) === folder)) continue;
    // A worker that was launched before the program was replaced may still have it loaded.
    const mayGo = () => inUse.oldestLaunch() === null && !inUse.hasLabWorkers() && !inUse.isInstalling();
    if (!mayGo()) continue;
    const { bytes } = await sizeUp(folder);
    leftovers.push({ group: 'engines', path: folder, isFolder: true, bytes, mayGo });
  }
  return leftovers;
}

/** Finds wheels that were fetched: an engine that is installed needs them no more, another is fetched anew. */
async function findWheels({ directory, inUse, now }: CleaningContext): Promise<Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const folder of await wheelFolders(directory.engines)) {
    for await (const { path, bytes, writtenAt } of walkFiles(folder, () => false)) {
      if (!path.endsWith('.whl') || writtenAt > now() - MARGIN_MS) continue;
      const mayGo = () => !inUse.isInstalling();
      leftovers.push({ group: 'wheels', path, isFolder: false, bytes, mayGo });
    }
  }
  return leftovers;
}

async function wheelFolders(engines: string): Promise<string[]> {
  const names = await readdir(engines).catch(() => []);
  return names.filter((name) => name.startsWith('wheels-')).map((name) => join(engines, name));
}
