import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { statfs } from 'node:fs/promises';
import type { EnvironmentRecord } from '#contract/events';
import type { Finding } from '#contract/records';
import { workerMessageSchema } from '#contract/worker-messages';
import type { AppInfo } from './app-info';
import type { DataDirectory } from './data-directory';
import { findChromium } from './find-chromium';
import { findElectron } from './find-electron';
import type { WorkerLauncher } from './launcher';

const GIB = 1024 ** 3;
const LOW_DISK_BYTES = 2 * GIB;
const PROBE_LIMIT_MS = 60_000;

/**
 * Looks at everything the program depends on and says what was found.
 *
 * @param app which program this is
 * @param directory the data directory
 * @param launcher starts the worker that tries the engines
 * @returns one finding per subject
 */
export async function examine(
  app: AppInfo,
  directory: DataDirectory,
  launcher: WorkerLauncher,
): Promise<Finding[]> {
  return [
    {
      subject: 'program',
      status: 'ok',
      detail: `Tangent Workbench ${app.version}, commit ${app.commit ?? 'unknown'}`,
      advice: null,
    },
    {
      subject: 'node',
      status: 'ok',
      detail: `${process.version} on ${process.platform}-${process.arch}`,
      advice: null,
    },
    {
      subject: 'processor',
      status: 'ok',
      detail: `${cpus().at(0)?.model ?? 'unknown'}, ${availableParallelism()} cores`,
      advice: null,
    },
    {
      subject: 'memory',
      status: 'ok',
      detail: `${(freemem() / GIB).toFixed(1)} GiB free of ${(totalmem() / GIB).toFixed(1)} GiB`,
      advice: null,
    },
    await examineDisk(directory),
    ...(await examineEngine(app, launcher)),
    examineWindow(app),
  ];
}

async function examineDisk(directory: DataDirectory): Promise<Finding> {
  const disk = await statfs(directory.root);
  const free = disk.bavail * disk.bsize;
  return {
    subject: 'data directory',
    status: free < LOW_DISK_BYTES ? 'warning' : 'ok',
    detail: `${directory.root}, ${(free / GIB).toFixed(1)} GiB free`,
    advice:
      free < LOW_DISK_BYTES
        ? 'Free some space before a long study; finished work is kept if it fills up.'
        : null,
  };
}

async function examineEngine(app: AppInfo, launcher: WorkerLauncher): Promise<Finding[]> {
  const environment = await probeEngine(app, launcher);
  if (typeof environment === 'string') {
    return [{ subject: 'engine', status: 'missing', detail: environment, advice: 'Run "npm ci" again.' }];
  }
  const { engine } = environment;
  return [
    {
      subject: 'engine',
      status: 'ok',
      detail: `${engine.name} (TensorFlow.js ${engine.version}), ${engine.threads} thread per run, ${
        engine.deterministic ? 'bit-equal results for equal inputs' : 'results may differ in the last bits'
      }`,
      advice: null,
    },
    ...engine.refused.map(({ name, reason }): Finding => ({
      subject: `engine ${name}`,
      status: 'warning',
      detail: reason,
      advice: null,
    })),
    {
      subject: 'engine native',
      status: 'warning',
      detail: 'the native TensorFlow engine is not part of this version',
      advice: 'Runs use the WebAssembly engine, one thread for each run.',
    },
  ];
}

async function probeEngine(app: AppInfo, launcher: WorkerLauncher): Promise<EnvironmentRecord | string> {
  return new Promise((resolve) => {
    const worker = launcher.launch();
    const timer = setTimeout(() => worker.kill(), PROBE_LIMIT_MS);
    worker.onMessage((message) => {
      const parsed = workerMessageSchema.safeParse(message);
      if (!parsed.success || 'flush' in parsed.data) return;
      const { body } = parsed.data;
      if (body.type === 'environment') resolve(body.environment);
      if (body.type === 'end' && body.error !== null) resolve(body.error.message);
    });
    worker.onExit((exit) => {
      clearTimeout(timer);
      resolve(`the worker ended without an answer. ${exit.lastWords ?? ''}`);
    });
    worker.send({ type: 'probe', engine: 'auto', appVersion: app.version, appCommit: app.commit });
  });
}

function examineWindow(app: AppInfo): Finding {
  const electron = findElectron(app.root);
  if (electron !== null)
    return { subject: 'window', status: 'ok', detail: `Electron at ${electron}`, advice: null };
  const chromium = findChromium();
  return {
    subject: 'window',
    status: 'warning',
    detail:
      chromium === null
        ? 'neither Electron nor Chromium was found'
        : `no Electron; Chromium at ${chromium} is used`,
    advice: 'Run "npm run setup:electron" where there is a network to have the desktop window.',
  };
}
