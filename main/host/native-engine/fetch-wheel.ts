import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '#artifacts/atomic-file';
import { AppError } from '#contract/errors';
import { runTool } from './run-tool';

/** How often the growing file is looked at. */
const POLL_MS = 250;

/** For which Python wheels are asked; the program runs none of their Python code. */
const platform = [
  '--only-binary=:all:',
  '--python-version=3.11',
  '--implementation=cp',
  '--platform=manylinux_2_27_x86_64',
  '--platform=manylinux2014_x86_64',
];

/** What to fetch, and how to tell about it. */
export interface WheelRequest {
  /** As Python's installer takes it: a name with a version. */
  readonly requirement: string;
  /** How the file's name begins. */
  readonly filePrefix: string;
  /** Where wheels are kept. */
  readonly folder: string;
  /** Told the bytes that have arrived. */
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Returns a wheel from the folder, or fetches it with Python's installer, which knows the user's
 * package index, proxy and certificates.
 *
 * @returns the file; whole, because it was moved here after it had been fetched
 * @throws {AppError} `engine_install_failed` if python3 or pip is missing, or there is no such wheel or no network
 */
export async function fetchWheel(request: WheelRequest): Promise<string> {
  const { requirement, filePrefix, folder, signal } = request;
  await mkdir(folder, { recursive: true });
  const present = await findWheel(folder, filePrefix);
  if (present !== null) return present;
  const python = process.env.PYTHON || 'python3';
  await assertPip(python, requirement);
  const temporary = await mkdtemp(join(folder, '.fetch-'));
  const poll = setInterval(() => {
    void sizeOfFolder(temporary).then(request.onBytes, () => undefined);
  }, POLL_MS);
  try {
    const args = ['-m', 'pip', 'download', '--no-deps', '--retries=1', '--no-input', '--no-cache-dir'];
    const result = await runTool(python, [...args, ...platform, `--dest=${temporary}`, '--', requirement], {
      environment: { TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
      ...(signal === undefined ? {} : { signal }),
    });
    const fetched = await findWheel(temporary, filePrefix);
    if (result.code !== 0 || fetched === null) {
      const errors = result.output.split('\n').filter((line) => line.startsWith('ERROR'));
      throw new AppError(
        'engine_install_failed',
        `Python could not fetch ${requirement}: ${errors.join(' ') || result.output.trim() || 'no reason given'}. ` +
          'Without a network, bring the wheel on a disk and name it with --from.',
        { requirement },
      );
    }
    const kept = join(folder, fetched.slice(temporary.length + 1));
    await rename(fetched, kept);
    await syncDirectory(folder);
    return kept;
  } finally {
    clearInterval(poll);
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Finds a wheel in a folder by the beginning of its name.
 *
 * @returns the file, or null
 */
export async function findWheel(folder: string, filePrefix: string): Promise<string | null> {
  const names = await readdir(folder);
  const name = names.sort().find((entry) => entry.startsWith(filePrefix) && entry.endsWith('.whl'));
  return name === undefined ? null : join(folder, name);
}

async function assertPip(python: string, requirement: string): Promise<void> {
  const { code, output } = await runTool(python, ['-m', 'pip', '--version']);
  if (code === 0) return;
  throw new AppError(
    'engine_install_failed',
    `${python} with pip is needed to fetch ${requirement}, and it does not run (${output.trim()}). ` +
      'Install Python 3 (Debian: apt install python3-pip), or bring the wheel and name it with --from.',
    { missing: 'python3' },
  );
}

async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        stat(join(parentPath, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
