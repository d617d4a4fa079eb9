import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { EnvironmentRecord } from '#contract/events';
import type { Finding } from '#contract/records';
import type { AppInfo } from './app-info';
import type { DataDirectory } from './data-directory';
import { findChromium } from './find-chromium';
import { findElectron } from './find-electron';
import type { WorkerLauncher } from './launcher';
import { probeEngine } from './probe-engine';

const GIB = 1024 ** 3;
const LOW_DISK_BYTES = 2 * GIB;

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

/** Says how much is free on the disk of a data directory. */
export async function examineDisk(directory: DataDirectory): Promise<Finding> {
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
  const environment = await probeEngine(app, launcher.launch(), 'auto');
  if (typeof environment === 'string') {
    return [{ subject: 'engine', status: 'missing', detail: environment, advice: 'Run "npm ci" again.' }];
  }
  const { engine } = environment;
  const library = engine.name === 'native' ? 'TensorFlow' : 'TensorFlow.js';
  const threads = `${engine.threads} thread${engine.threads === 1 ? '' : 's'} per run`;
  return [
    {
      subject: 'engine',
      status: 'ok',
      detail: `${engine.name} (${library} ${engine.version}) on the ${engine.device.toUpperCase()}, ${threads}, ${
        engine.deterministic ? 'bit-equal results for equal inputs' : 'results may differ in the last bits'
      }`,
      advice: null,
    },
    ...engine.refused.map(({ name, reason }): Finding => ({
      subject: `engine ${name}`,
      status: 'warning',
      detail: reason,
      advice:
        name === 'native'
          ? 'Runs use the next best engine, which is several times slower on large models.'
          : null,
    })),
    examineGpu(engine.device),
  ];
}

/** Says whether there is an NVIDIA GPU and whether it is used. */
function examineGpu(device: EnvironmentRecord['engine']['device']): Finding {
  const driver = '/proc/driver/nvidia/version';
  const subject = 'gpu';
  if (!existsSync(driver)) {
    return {
      subject,
      status: 'ok',
      detail: 'no NVIDIA driver was found; runs use the processor',
      advice: null,
    };
  }
  const version = readFileSync(driver, 'utf8').split('\n')[0].trim();
  if (device === 'gpu') return { subject, status: 'ok', detail: `used; ${version}`, advice: null };
  return {
    subject,
    status: 'warning',
    detail: `not used; ${version}`,
    advice: 'Run "tangent engine install --gpu" to compute on it.',
  };
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
