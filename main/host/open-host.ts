import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ArtifactStore } from '#artifacts/artifact-store';
import { openCatalog, type Catalog } from '#catalog/open-catalog';
import { acquireOwnership, type OwnershipLock } from '#catalog/ownership-lock';
import type { Finding, HostDescription } from '#contract/records';
import type { AppInfo } from './app-info';
import { openDataDirectory, type DataDirectory } from './data-directory';
import { DatasetImages } from './dataset-images';
import { examine, examineDisk } from './doctor';
import { EngineService } from './engine-service';
import { Feed } from './feed';
import { KernelEnergy } from './kernel-energy';
import { LabService } from './lab-service';
import type { WorkerLauncher } from './launcher';
import { MemoryRoom } from './memory-room';
import { ReportService } from './report/report-service';
import { RunService } from './run-service';
import { Scheduler } from './scheduler';
import { StorageService } from './storage/storage-service';
import { StudyRunner } from './study-runner';

/** What a shell (Electron, localhost, command line) gives the host. */
export interface HostOptions {
  readonly dataDirectory: string;
  readonly launcher: WorkerLauncher;
  readonly app: AppInfo;
  readonly shell: HostDescription['shell'];
  /** Runs at once; the default is the number of cores, with one thread each. */
  readonly maxWorkers?: number;
  /**
   * What becomes of runs that an earlier host left queued: a workbench continues them; a command that
   * executes something else marks them as interrupted, so that they can be resumed; a command that only
   * looks starts nothing at all and leaves them.
   */
  readonly leftQueue?: 'continue' | 'interrupt' | 'hold';
}

/** The owner of one data directory: everything that happens to it goes through here. */
export interface Host {
  /** The program's own folder. */
  readonly root: string;
  readonly directory: DataDirectory;
  readonly catalog: Catalog;
  readonly artifacts: ArtifactStore;
  readonly runs: RunService;
  readonly scheduler: Scheduler;
  readonly studies: StudyRunner;
  readonly labs: LabService;
  readonly datasetImages: DatasetImages;
  readonly engines: EngineService;
  readonly storage: StorageService;
  readonly kernelEnergy: KernelEnergy;
  readonly reports: ReportService;
  /** Told the id of a run after anything about it was stored. */
  readonly runTouched: Feed<string>;
  describe(): HostDescription;
  /** Whether there is room for what runs write. */
  examineDisk(): Promise<Finding>;
  /** Everything the program depends on, the disk included. */
  examine(): Promise<Finding[]>;
  /** Stops workers (their runs can be resumed), closes the catalog and gives the directory free. */
  close(): Promise<void>;
}

/**
 * Opens a data directory for this process alone and brings it to order: runs that a dead host left
 * running become interrupted, queued ones are treated as `leftQueue` says.
 *
 * @throws {AppError} `data_directory_in_use`, `data_directory_newer`; `invalid_input` for settings that cannot be read
 */
export async function openHost(options: HostOptions): Promise<Host> {
  const directory = openDataDirectory(options.dataDirectory);
  const { leftQueue = 'continue' } = options;
  const maxWorkers = leftQueue === 'hold' ? 0 : (options.maxWorkers ?? availableParallelism());
  // Runs at once share the cores out among them.
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, maxWorkers)));
  const engines = new EngineService(directory, options.launcher, options.app, threads);
  const { launcher } = engines;
  const lock = acquireOwnership(directory.lockFile);
  const catalog = openCatalogOrRelease(directory, lock);
  const artifacts = new ArtifactStore(directory.artifacts);
  const runTouched = new Feed<string>();
  const scheduler = new Scheduler({
    catalog,
    launcher,
    maxWorkers,
    room: new MemoryRoom(),
    touched: runTouched,
    startRequest: (run) => ({
      type: 'start',
      runId: run.id,
      attempt: run.attempt,
      spec: catalog.runs.spec(run.id),
      artifactsDirectory: directory.artifacts,
      runDirectory: directory.runDirectory(run.id),
      renderedDirectory: directory.rendered,
      firstSequence: run.lastSequence + 1,
      earlierEnvironment: catalog.runs.environment(run.id),
      appVersion: options.app.version,
      appCommit: options.app.commit,
    }),
    onFinished: (runId) => void removeRunDirectory(directory, runId),
  });
  const labs = new LabService(directory, launcher, options.app);
  const renderedDirectory = directory.rendered;
  const resourcesDirectory = join(options.app.root, 'resources');
  const runs = new RunService({ catalog, artifacts, scheduler, touched: runTouched, renderedDirectory });
  const studies = new StudyRunner({
    catalog,
    artifacts,
    runs,
    runTouched,
    renderedDirectory,
    resourcesDirectory,
  });
  const inUse = {
    oldestLaunch: () => scheduler.oldestLaunch(),
    isActive: (runId: string) => scheduler.isActive(runId),
    openLabFolders: () => labs.openFolders(),
    hasLabWorkers: () => labs.hasWorkers(),
    isInstalling: () => engines.installation.isRunning,
  };
  const storage = new StorageService(
    { directory, artifacts, catalog, inUse, now: () => Date.now() },
    options.app.root,
  );

  const datasetImages = new DatasetImages(artifacts);
  const kernelEnergy = new KernelEnergy(artifacts);
  const reports = new ReportService({
    catalog,
    artifacts,
    directory,
    datasetImages,
    kernelEnergy,
    resourcesDirectory,
    appVersion: options.app.version,
  });

  try {
    runs.recover(leftQueue === 'interrupt' ? ['running', 'queued'] : ['running']);
    catalog.studies.stopAll();
    await artifacts.removeAbandoned();
    await removeFinishedRunDirectories(directory, catalog);
    scheduler.pump();
  } catch (error) {
    await scheduler.close();
    catalog.close();
    lock.release();
    throw error;
  }

  let closing: Promise<void> | null = null;
  const close = async () => {
    studies.close();
    await Promise.all([engines.installation.close(), storage.close()]);
    await labs.close();
    await scheduler.close();
    catalog.studies.stopAll();
    catalog.close();
    lock.release();
  };

  return {
    root: options.app.root,
    directory,
    catalog,
    artifacts,
    runs,
    scheduler,
    studies,
    labs,
    datasetImages,
    engines,
    storage,
    kernelEnergy,
    reports,
    runTouched,
    describe: () => ({
      appVersion: options.app.version,
      shell: options.shell,
      dataDirectory: directory.root,
      maxWorkers,
      runCount: catalog.runs.count(),
    }),
    examineDisk: () => examineDisk(directory),
    examine: () => examine(options.app, directory, launcher),
    close: () => (closing ??= close()),
  };
}

function openCatalogOrRelease(directory: DataDirectory, lock: OwnershipLock): Catalog {
  try {
    return openCatalog(directory.catalogFile);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes the checkpoints of runs that finished just before an earlier host died. */
async function removeFinishedRunDirectories(directory: DataDirectory, catalog: Catalog): Promise<void> {
  const finished = new Set(catalog.runs.idsIn('finished'));
  for (const runId of await readdir(directory.runs)) {
    if (finished.has(runId)) await removeRunDirectory(directory, runId);
  }
}

async function removeRunDirectory(directory: DataDirectory, runId: string): Promise<void> {
  // What cannot be removed now, because something else has it open, the next opening removes.
  await rm(directory.runDirectory(runId), { recursive: true, force: true }).catch(() => undefined);
}
