import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { syncDirectory, writeFileAtomically } from '#artifacts/atomic-file';
import { hashFile } from '#artifacts/sha256';
import type { EngineVariant } from '#contract/engines';
import { AppError } from '#contract/errors';
import { compileBinding, findCompiler } from './compile-binding';
import { engineKey, findEngineSources } from './engine-key';
import { fetchWheel, findWheel } from './fetch-wheel';
import {
  listNativeEngines,
  MANIFEST_NAME,
  type EngineManifest,
  type InstalledEngine,
} from './find-native-engine';
import { TENSORFLOW_VERSION, tensorFlowWheels } from './variants';
import { below, openWheel } from './wheel';

/** What the unpacked engine, the wheel and the headers take while it is installed. */
const NEEDED_BYTES = { cpu: 1.7e9, gpu: 9e9 } as const satisfies Record<EngineVariant, number>;

/** How far an installation is. */
export interface InstallProgress {
  readonly phase: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  readonly unit: 'bytes' | 'files';
}

/** What to install. */
export interface InstallRequest {
  readonly variant: EngineVariant;
  /** Where engines lie. */
  readonly enginesDirectory: string;
  /** The program's own folder. */
  readonly root: string;
  /** A wheel, or a folder of wheels, to take instead of fetching; null fetches. */
  readonly from: string | null;
  readonly onProgress: (progress: InstallProgress) => void;
  /** Loads the engine of a folder in a process of its own; returns what is wrong, or null. */
  readonly tryOut: (folder: string, libraryFolders: readonly string[]) => Promise<string | null>;
  readonly signal?: AbortSignal;
}

/** Says why this machine can have no native engine; null if it can. */
export function describeUnsupported(): string | null {
  if (process.platform === 'linux' && process.arch === 'x64') return null;
  return `The native engine exists for Linux on x86-64; this is ${process.platform} on ${process.arch}. Runs use the WebAssembly engine.`;
}

/**
 * Installs the native engine: fetches TensorFlow's wheel, takes libraries and headers out of it,
 * compiles the binding for this processor, loads it once, and only then puts it in its place.
 *
 * Steps that are done are not done again by a second call: a wheel that has been fetched is kept. Nothing
 * outside `enginesDirectory` is touched.
 *
 * @returns the engine, also if it was there already
 * @throws {AppError} `engine_install_failed` naming what is missing or wrong, `source_missing` if `from` does
 * not exist; whatever engine there was before is then still there
 */
export async function installNativeEngine(request: InstallRequest): Promise<InstalledEngine> {
  const { variant, enginesDirectory, root, onProgress } = request;
  const unsupported = describeUnsupported();
  if (unsupported !== null) {
    const platform = `${process.platform}-${process.arch}`;
    throw new AppError('engine_install_failed', unsupported, { platform });
  }
  const key = engineKey(root, variant);
  const folder = join(enginesDirectory, `${variant}-${TENSORFLOW_VERSION}-${key}`);
  const present = findInstalled(enginesDirectory, root, folder);
  if (present !== undefined) return present;

  await mkdir(enginesDirectory, { recursive: true, mode: 0o700 });
  await assertRoom(enginesDirectory, variant);
  // Asked before anything large is fetched.
  await findCompiler();
  const wheels = await collectWheels(request);
  const scratch = await mkdtemp(join(enginesDirectory, '.install-'));
  try {
    const built = join(scratch, 'engine');
    const headers = join(scratch, 'include');
    await unpackTensorFlow(wheels.tensorFlow, built, headers, request);
    const libraryFolders = await unpackCuda(wheels.cuda, built, request);
    const compiler = await compileBinding({
      sources: findEngineSources(root),
      headers,
      libraries: join(built, 'lib'),
      scratch,
      output: join(built, 'tfjs_binding.node'),
      onFile: (done, total) => onProgress({ phase: 'compiling', done, total, unit: 'files' }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const problem = await request.tryOut(built, libraryFolders);
    if (problem !== null) {
      throw new AppError('engine_install_failed', `The engine was built, but does not load: ${problem}`);
    }
    const manifest: EngineManifest = {
      format: 'tangent-native-engine/1',
      key,
      variant,
      tensorflow: TENSORFLOW_VERSION,
      compiler,
      processor: cpus().at(0)?.model ?? 'unknown',
      wheelSha256: wheels.sha256,
      installedAt: Date.now(),
      libraryFolders,
    };
    await writeFileAtomically(
      join(built, MANIFEST_NAME),
      new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
    );
    // What lies there without a manifest was left by an installation that broke off.
    await rm(folder, { recursive: true, force: true });
    await rename(built, folder);
    await syncDirectory(enginesDirectory);
    await removeReplaced(request, manifest);
    return { folder, manifest, isCurrent: true };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Removes engines that this one takes the place of: of its kind, for this processor, from older sources. */
async function removeReplaced(
  { enginesDirectory, root, variant }: InstallRequest,
  { processor }: EngineManifest,
): Promise<void> {
  for (const { folder, manifest, isCurrent } of listNativeEngines(enginesDirectory, root)) {
    if (isCurrent || manifest.variant !== variant || manifest.processor !== processor) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

function findInstalled(directory: string, root: string, folder: string): InstalledEngine | undefined {
  return listNativeEngines(directory, root).find((engine) => engine.folder === folder && engine.isCurrent);
}

async function assertRoom(folder: string, variant: EngineVariant): Promise<void> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  const needed = NEEDED_BYTES[variant];
  if (free >= needed) return;
  const inGb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new AppError(
    'engine_install_failed',
    `The installation needs ${inGb(needed)} of disk at ${folder}, and ${inGb(free)} are free.`,
    { needed, free },
  );
}

interface CollectedWheels {
  readonly tensorFlow: string;
  readonly sha256: string;
  readonly cuda: readonly string[];
}

/** Fetches or finds the wheels and checks the hash of TensorFlow's. */
async function collectWheels(request: InstallRequest): Promise<CollectedWheels> {
  const { variant, onProgress } = request;
  const { packageName, filePrefix, sha256, sizeBytes } = tensorFlowWheels[variant];
  const fetchOrFind = async (requirement: string, prefix: string, total: number | null) => {
    const source = request.from;
    if (source !== null) return findCarried(source, prefix);
    return fetchWheel({
      requirement,
      filePrefix: prefix,
      // By version of TensorFlow, so that CUDA wheels of an older one are not taken for what a newer asks for.
      folder: join(request.enginesDirectory, `wheels-${TENSORFLOW_VERSION}`),
      onBytes: (done) => onProgress({ phase: `fetching ${requirement}`, done, total, unit: 'bytes' }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  };
  const tensorFlow = await fetchOrFind(`${packageName}==${TENSORFLOW_VERSION}`, filePrefix, sizeBytes);
  onProgress({ phase: 'checking', done: 0, total: null, unit: 'bytes' });
  const actual = await hashFile(tensorFlow, () => request.signal?.throwIfAborted());
  // A wheel for another Python holds the same library under another hash; its own list is checked anyway.
  if (sha256 !== null && /-cp311-cp311-.*x86_64\.whl$/.test(tensorFlow) && actual !== sha256) {
    if (request.from === null) await rm(tensorFlow, { force: true });
    throw new AppError(
      'engine_install_failed',
      `${tensorFlow} is damaged or altered: its SHA-256 is ${actual}, not ${sha256}.`,
      { file: tensorFlow, expected: sha256, actual },
    );
  }
  const cuda: string[] = [];
  if (variant === 'gpu') {
    for (const requirement of await cudaRequirements(tensorFlow)) {
      const name = /^[\w-]+/.exec(requirement)?.[0] ?? requirement;
      cuda.push(await fetchOrFind(requirement, `${name.replaceAll('-', '_')}-`, null));
    }
  }
  return { tensorFlow, sha256: actual, cuda };
}

async function findCarried(source: string, prefix: string): Promise<string> {
  if (!existsSync(source)) {
    throw new AppError('source_missing', `${source} does not exist.`, { path: source });
  }
  const isFile = (await stat(source)).isFile();
  // A file is TensorFlow's wheel; CUDA's are looked for beside it.
  if (isFile && basename(source).startsWith(prefix)) return source;
  const folder = isFile ? dirname(source) : source;
  const found = await findWheel(folder, prefix);
  if (found !== null) return found;
  throw new AppError(
    'engine_install_failed',
    `There is no wheel ${prefix}*.whl in ${folder}. Fetch it elsewhere with "python3 -m pip download".`,
    { path: folder, wheel: prefix },
  );
}

/** The CUDA packages that TensorFlow's wheel asks for, for example `nvidia-cublas-cu12<13.0,>=12.5.3.2`. */
async function cudaRequirements(tensorFlowWheel: string): Promise<string[]> {
  const wheel = await openWheel(tensorFlowWheel);
  try {
    const lines = (await wheel.metadata('METADATA')).split('\n');
    return lines.flatMap((line) => {
      const match = /^Requires-Dist:\s*([^;]+?)\s*;\s*extra\s*==\s*["']and-cuda["']/.exec(line);
      return match === null ? [] : [match[1]];
    });
  } finally {
    wheel.close();
  }
}

async function unpackTensorFlow(
  path: string,
  built: string,
  headers: string,
  { onProgress, signal }: InstallRequest,
): Promise<void> {
  const wheel = await openWheel(path);
  try {
    let libraries = 0;
    await wheel.extract(
      (name) => {
        if (name.startsWith('tensorflow/include/')) return below(headers, name, 2);
        if (!/^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name)) return null;
        libraries++;
        return below(join(built, 'lib'), name, 1);
      },
      (done, total) => onProgress({ phase: 'unpacking TensorFlow', done, total, unit: 'bytes' }),
      signal,
    );
    if (libraries === 2) return;
    throw new AppError('engine_install_failed', `The wheel ${path} does not hold TensorFlow's libraries.`, {
      file: path,
    });
  } finally {
    wheel.close();
  }
}

/** Unpacks CUDA's libraries; returns the folders that must be on the library path, relative to the engine. */
async function unpackCuda(
  paths: readonly string[],
  built: string,
  { onProgress, signal }: InstallRequest,
): Promise<string[]> {
  const folders = new Set<string>();
  for (const path of paths) {
    const wheel = await openWheel(path);
    try {
      await wheel.extract(
        (name) => {
          const match = /^(nvidia\/[^/]+\/lib)\/[^/]+\.so[.\d]*$/.exec(name);
          if (match === null) return null;
          folders.add(match[1]);
          return below(built, name);
        },
        (done, total) => onProgress({ phase: 'unpacking CUDA', done, total, unit: 'bytes' }),
        signal,
      );
    } finally {
      wheel.close();
    }
  }
  return [...folders];
}
