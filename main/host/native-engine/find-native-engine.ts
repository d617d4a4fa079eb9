import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { engineKey } from './engine-key';
import type { EngineVariant } from '#contract/engines';

/** What is written beside an engine when its installation is complete. */
export const engineManifestSchema = z.object({
  format: z.literal('tangent-native-engine/1'),
  key: z.string(),
  variant: z.enum(['cpu', 'gpu']),
  tensorflow: z.string(),
  compiler: z.string(),
  processor: z.string(),
  /** SHA-256 of the wheel that the library was taken from. */
  wheelSha256: z.string(),
  installedAt: z.int(),
  /** Folders that must be on the library path of a process that loads the engine, relative to it. */
  libraryFolders: z.array(z.string()),
});
/** See {@link engineManifestSchema}. */
export type EngineManifest = z.infer<typeof engineManifestSchema>;

/** An installed engine. */
export interface InstalledEngine {
  readonly folder: string;
  readonly manifest: EngineManifest;
  /** Whether it was compiled for this processor from the sources of this version of the program. */
  readonly isCurrent: boolean;
}

/** Name of the file that completes an installation. */
export const MANIFEST_NAME = 'engine.json';

/**
 * Lists the engines of a data directory.
 *
 * @param enginesDirectory where they lie
 * @param root the program's own folder
 * @returns complete installations, those that can be used first, a GPU before a CPU
 */
export function listNativeEngines(enginesDirectory: string, root: string): InstalledEngine[] {
  if (!existsSync(enginesDirectory)) return [];
  const keys = new Map<EngineVariant, string>();
  const keyOf = (variant: EngineVariant) => {
    const key = keys.get(variant) ?? engineKey(root, variant);
    keys.set(variant, key);
    return key;
  };
  // A name that begins with a dot is of what is being installed or removed.
  const names = readdirSync(enginesDirectory).filter((name) => !name.startsWith('.'));
  const engines = names.flatMap((name) => {
    const folder = join(enginesDirectory, name);
    const manifest = readManifest(join(folder, MANIFEST_NAME));
    return manifest === null
      ? []
      : [{ folder, manifest, isCurrent: manifest.key === keyOf(manifest.variant) }];
  });
  const rank = ({ isCurrent, manifest }: InstalledEngine) =>
    (isCurrent ? 0 : 2) + (manifest.variant === 'gpu' ? 0 : 1);
  return engines.sort((a, b) => rank(a) - rank(b));
}

function readManifest(path: string): EngineManifest | null {
  if (!existsSync(path)) return null;
  try {
    return engineManifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Not the complete manifest of an engine, so not an engine that could be loaded.
    return null;
  }
}
