import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '#host/native-engine/run-tool';

const requirements = ['torch==2.13.0', 'numpy'];

/** Names a Python that has what is required already; no environment is made then. */
const PYTHON_VARIABLE = 'TANGENT_BENCH_PYTHON';

/**
 * Returns a Python that has PyTorch: the one that is named, or that of an environment of the
 * benchmark's own, which is made at the first call.
 *
 * @param folder where the environment lies
 * @param log told what takes long
 * @param more what is required besides; the folder is that of an environment with the same requirements
 * @throws {Error} if it cannot be made
 */
export async function preparePython(
  folder: string,
  log: (line: string) => void,
  more: readonly string[] = [],
): Promise<string> {
  const named = process.env[PYTHON_VARIABLE];
  if (named !== undefined) return named;
  const python = join(folder, 'bin', 'python');
  const marker = join(folder, 'complete.txt');
  const packages = [...requirements, ...more];
  const expected = packages.join('\n');
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === expected) return python;

  log(`making a Python environment with ${packages.join(', ')} in ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await runStep(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
  await runStep(python, ['-m', 'pip', 'install', '-q', '--retries', '1', ...packages]);
  await writeFile(marker, expected);
  return python;
}

async function runStep(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runTool(command, args);
  if (code === 0) return;
  throw new Error(
    `PyTorch could not be set up: "${command} ${args.join(' ')}" failed (${output.trim()}). It needs Python 3.10 ` +
      `or newer with venv, and a network; or name a Python that has PyTorch in ${PYTHON_VARIABLE}.`,
  );
}
