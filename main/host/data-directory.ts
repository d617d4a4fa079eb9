import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '#contract/errors';

/** Where everything of a data directory lies. */
export interface DataDirectory {
  readonly root: string;
  readonly catalogFile: string;
  readonly lockFile: string;
  /** How to reach the process that owns the directory; readable by this user alone. */
  readonly ownerFile: string;
  readonly artifacts: string;
  /** Published numbers of the user's own, in place of those that come with the program. */
  readonly referenceFile: string;
  /** What is chosen for the directory as a whole; not there while everything is as usual. */
  readonly settingsFile: string;
  /** Native engines that were installed here; made by the first installation. */
  readonly engines: string;
  /** Image folders that `render-tasks` wrote. */
  readonly rendered: string;
  /** What edit labs have computed: responses, and predictions of the network. Can be computed anew. */
  readonly labs: string;
  /** Holds a folder for each run that has not finished. */
  readonly runs: string;
  /** Folder that belongs to one run: its checkpoints. */
  runDirectory(runId: string): string;
}

/**
 * Returns the layout of a data directory and makes its folders.
 *
 * @param root the directory
 * @throws {AppError} `data_directory_unusable` if a folder cannot be made
 */
export function openDataDirectory(root: string): DataDirectory {
  const absolute = resolve(root);
  const directory: DataDirectory = {
    root: absolute,
    catalogFile: join(absolute, 'catalog.sqlite'),
    lockFile: join(absolute, 'owner.lock'),
    ownerFile: join(absolute, 'owner.json'),
    artifacts: join(absolute, 'artifacts'),
    referenceFile: join(absolute, 'reference-numbers.json'),
    settingsFile: join(absolute, 'settings.json'),
    engines: join(absolute, 'engines'),
    rendered: join(absolute, 'rendered'),
    labs: join(absolute, 'labs'),
    runs: join(absolute, 'runs'),
    runDirectory: (runId) => join(absolute, 'runs', runId),
  };
  for (const folder of [absolute, directory.artifacts, directory.rendered, directory.runs]) {
    // Closed to others where we make it; a folder that is there keeps the rights its owner gave it.
    makeFolder(folder);
  }
  return directory;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'data_directory_unusable',
      `Cannot use ${folder}: ${reason}`,
      { path: folder },
      { cause },
    );
  }
}

/** Returns the directory that is used where none is named: `TANGENT_DATA_DIR`, else a folder in the home directory. */
export function defaultDataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TANGENT_DATA_DIR || join(homedir(), '.tangent-workbench');
}
