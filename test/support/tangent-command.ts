import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const root = dirname(dirname(import.meta.dirname));
/** The command's first file. */
export const tangentCommand = join(root, 'main', 'cli', 'tangent.mjs');

/** How a command ended and what it wrote. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of `stdout` as JSON, of a command with `--json`; empty without. */
  readonly values: readonly Record<string, unknown>[];
}

/** A command that is running. */
export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

/**
 * Starts the `tangent` command as a user does who has not installed the native engine: loading it takes
 * each worker a second or two, and there are hundreds.
 *
 * @param onLine told each line of standard output as it comes
 * @param nativeEngine folder of an engine that it shall have all the same
 */
export function startTangent(
  args: readonly string[],
  onLine?: (line: string) => void,
  nativeEngine?: string,
): RunningCommand {
  const child = spawn(process.execPath, [tangentCommand, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TANGENT_NATIVE_ENGINE: nativeEngine },
  });
  let stdout = '';
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    onLine?.(line);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<CommandResult>((resolve) => {
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout, stderr, values: args.includes('--json') ? parseLines(stdout) : [] }),
    );
  });
  return { process: child, ended };
}

/** Runs the `tangent` command to its end. */
export async function runTangent(...args: readonly string[]): Promise<CommandResult> {
  return startTangent(args).ended;
}

/** Process ids of the direct children of a process (Linux). */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const status = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        // The process ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

function parseLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
