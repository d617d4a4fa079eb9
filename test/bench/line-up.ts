import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AppInfo } from '#host/app-info';
import { installNativeEngine } from '#host/native-engine/install-native-engine';
import { engineEnvironment } from '#host/native-engine/worker-environment';
import { withContestant, type Launch } from './contestant';
import { helloSchema, type ContestantName, type Hello } from './protocol';
import { preparePython } from './python-environment';

/** Who takes part. */
export interface LineUp {
  readonly launches: ReadonlyMap<ContestantName, Launch>;
  /** What each of them said about itself. */
  readonly hellos: ReadonlyMap<ContestantName, Hello>;
  /** Why one that was asked for does not take part. */
  readonly absences: readonly string[];
}

/**
 * Prepares contestants: sets PyTorch up, installs the native engine, and tries each one out.
 *
 * @param names who shall take part
 * @param app this program
 * @param log told what takes long
 * @throws {Error} if PyTorch or the wasm engine does not work; without the native engine it goes on
 */
export async function lineUp(
  names: readonly ContestantName[],
  app: AppInfo,
  log: (line: string) => void,
): Promise<LineUp> {
  const launches = new Map<ContestantName, Launch>();
  const hellos = new Map<ContestantName, Hello>();
  const absences: string[] = [];
  for (const name of names) {
    try {
      const launch = await prepare[name](app, log);
      hellos.set(name, await sayHello(launch));
      launches.set(name, launch);
    } catch (error) {
      if (name !== 'native') throw error;
      absences.push(`native does not take part: ${messageOf(error)}`);
    }
  }
  return { launches, hellos, absences };
}

/**
 * Has the C library keep memory that is freed. PyTorch's guide to tuning on processors advises an allocator
 * that does; without it, fresh pages make linear_gradient at `starter` take nearly twice as long.
 */
const keptMemory = { MALLOC_MMAP_THRESHOLD_: String(2 ** 32), MALLOC_TRIM_THRESHOLD_: String(2 ** 33) };

type Prepare = (app: AppInfo, log: (line: string) => void) => Promise<Launch>;

const prepare: Record<ContestantName, Prepare> = {
  pytorch: async ({ root }, log) => ({
    command: await preparePython(join(cacheOf(root), 'venv'), log),
    args: [join(root, 'test', 'bench', 'reference', 'steps.py'), String(availableParallelism())],
    environment: keptMemory,
  }),
  native: async ({ root }, log) => {
    let phase = '';
    const launch = (folder: string, libraryFolders: readonly string[]) =>
      launchSubject(root, 'native', {
        ...engineEnvironment(folder, libraryFolders),
        TF_NUM_INTRAOP_THREADS: String(availableParallelism()),
        TF_NUM_INTEROP_THREADS: '1',
      });
    const { folder, manifest } = await installNativeEngine({
      variant: 'cpu',
      enginesDirectory: join(cacheOf(root), 'engines'),
      root,
      from: null,
      onProgress: (progress) => {
        if (progress.phase !== phase) log(`native engine: ${progress.phase}`);
        phase = progress.phase;
      },
      tryOut: (...engine) => sayHello(launch(...engine)).then(() => null, messageOf),
    });
    return launch(folder, manifest.libraryFolders);
  },
  wasm: ({ root }) => Promise.resolve(launchSubject(root, 'wasm', {})),
};

function launchSubject(root: string, engine: 'native' | 'wasm', environment: Launch['environment']): Launch {
  const script = join(root, 'out', 'bench', 'subject.js');
  return { command: process.execPath, args: ['--expose-gc', script, engine], environment };
}

function sayHello(launch: Launch): Promise<Hello> {
  return withContestant(launch, (contestant) => contestant.ask({ hello: true }, helloSchema));
}

function cacheOf(root: string): string {
  return join(root, 'node_modules', '.cache', 'tangent-bench');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
