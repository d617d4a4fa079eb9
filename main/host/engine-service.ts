import type {
  EngineChoice,
  EngineReport,
  EngineVariant,
  InstalledEngineRecord,
  InstallProgressRecord,
} from '#contract/engines';
import type { AppInfo } from './app-info';
import type { DataDirectory } from './data-directory';
import { Job } from './job';
import type { WorkerLauncher } from './launcher';
import { listNativeEngines, type InstalledEngine } from './native-engine/find-native-engine';
import { describeUnsupported, installNativeEngine } from './native-engine/install-native-engine';
import { createTryOut } from './native-engine/try-out';
import { nativeWorkerEnvironment, type WorkerEnvironment } from './native-engine/worker-environment';
import { probeEngine } from './probe-engine';
import { readSettings, writeSettings } from './settings-file';

/** The engines of a data directory: which there are, which one `auto` means, and how another is installed. */
export class EngineService {
  /** The installation that was begun last. */
  readonly installation = new Job<InstallProgressRecord, InstalledEngineRecord>('An installation');
  readonly #directory: DataDirectory;
  readonly #launcher: WorkerLauncher;
  readonly #app: AppInfo;
  readonly #threads: number;
  #choice: EngineChoice;

  /**
   * @param directory the data directory
   * @param launcher starts workers
   * @param app which program this is
   * @param threads how many threads a worker computes with
   * @throws {AppError} `invalid_input` if the settings of the directory cannot be read
   */
  constructor(directory: DataDirectory, launcher: WorkerLauncher, app: AppInfo, threads: number) {
    this.#directory = directory;
    this.#launcher = launcher;
    this.#app = app;
    this.#threads = threads;
    this.#choice = readSettings(directory).engine;
  }

  /** Starts workers that find the engines of this directory, and what is chosen of them. Read anew for each worker. */
  readonly launcher: WorkerLauncher = {
    launch: (more = {}) => this.#launcher.launch({ ...this.#environment(), ...more }),
  };

  /** Says what `auto` means from the next worker on. */
  async choose(choice: EngineChoice): Promise<EngineChoice> {
    await writeSettings(this.#directory, { engine: choice });
    this.#choice = choice;
    return choice;
  }

  /** Starts engines for a try and says what was found. */
  async report(): Promise<EngineReport> {
    const probe = (engine: 'auto' | 'wasm') => probeEngine(this.#app, this.launcher.launch(), engine);
    const [started, wasm] = await Promise.all([probe('auto'), probe('wasm')]);
    return {
      choice: this.#choice,
      installed: listNativeEngines(this.#directory.engines, this.#app.root).map(describeEngine),
      notInstallable: describeUnsupported(),
      started: typeof started === 'string' ? null : started.engine,
      problem: typeof started === 'string' ? started : null,
      wasmProblem: typeof wasm === 'string' ? wasm : null,
    };
  }

  /**
   * Begins to install a native engine; {@link installation} says how it goes.
   *
   * @param request what to install
   * @param request.variant for which processor
   * @param request.from a wheel, or a folder of wheels, to take instead of fetching; null fetches
   * @throws {AppError} `job_under_way`
   */
  install({ variant, from }: { variant: EngineVariant; from: string | null }): void {
    this.installation.start(async (tell, signal) => {
      let earlier: readonly string[] = [];
      let last: string | null = null;
      const engine = await installNativeEngine({
        variant,
        from,
        signal,
        enginesDirectory: this.#directory.engines,
        root: this.#app.root,
        tryOut: createTryOut(this.#app, this.#launcher, variant),
        onProgress: (progress) => {
          if (last !== null && last !== progress.phase) earlier = [...earlier, last];
          last = progress.phase;
          tell({ variant, earlier: [...earlier], ...progress });
        },
      });
      return describeEngine(engine);
    });
  }

  #environment(): WorkerEnvironment {
    const native = nativeWorkerEnvironment(this.#directory.engines, this.#app.root, this.#threads);
    return { ...native, TANGENT_ENGINE_CHOICE: this.#choice };
  }
}

/** What others hear of an installed engine. */
export function describeEngine({ folder, manifest, isCurrent }: InstalledEngine): InstalledEngineRecord {
  const { variant, tensorflow, compiler, processor } = manifest;
  return { variant, tensorflow, compiler, processor, isCurrent, folder };
}
