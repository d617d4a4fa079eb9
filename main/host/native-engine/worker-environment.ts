import { join } from 'node:path';
import { listNativeEngines } from './find-native-engine';

/** What a process's environment must say besides the host's own. */
export type WorkerEnvironment = Readonly<Record<string, string>>;

/**
 * Returns what a process must be started with so that it can load an engine.
 *
 * @param folder the engine
 * @param libraryFolders that must be on the library path, relative to it
 * @returns environment variables
 */
export function engineEnvironment(folder: string, libraryFolders: readonly string[]): WorkerEnvironment {
  const inherited = process.env.LD_LIBRARY_PATH;
  const path = [...libraryFolders.map((name) => join(folder, name)), ...(inherited ? [inherited] : [])];
  return {
    TANGENT_NATIVE_ENGINE: folder,
    // Its information lines would be taken for last words; a GPU's memory is not taken whole.
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...(libraryFolders.length === 0 ? {} : { LD_LIBRARY_PATH: path.join(':') }),
  };
}

/**
 * Returns what workers must be started with so that they find the native engine, or the reason why
 * there is none. Read anew for each worker, so that an installation is used from the next run on.
 *
 * @param enginesDirectory where engines are installed
 * @param root the program's own folder
 * @param threads how many threads a worker computes with; results depend on it in the last bits
 * @returns environment variables
 */
export function nativeWorkerEnvironment(
  enginesDirectory: string,
  root: string,
  threads: number,
): WorkerEnvironment {
  const threading = {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    // Each thread that decodes images has a file read, or an image decoded, there; Node's own number is 4.
    UV_THREADPOOL_SIZE: String(Math.max(4, threads)),
  };
  // One that is named by hand, for example by tests, is taken as it is.
  const named = process.env.TANGENT_NATIVE_ENGINE;
  if (named) return { ...threading, ...engineEnvironment(named, []) };
  const best = listNativeEngines(enginesDirectory, root).at(0);
  if (best?.isCurrent === true) {
    return { ...threading, ...engineEnvironment(best.folder, best.manifest.libraryFolders) };
  }
  const reason =
    'installed for another processor or another version of the program; "tangent engine install" mends that';
  return best === undefined ? threading : { ...threading, TANGENT_NATIVE_ENGINE_REFUSED: reason };
}
