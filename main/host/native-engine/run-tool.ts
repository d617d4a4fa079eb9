import { spawn } from 'node:child_process';

/** How a program ended. */
export interface ToolResult {
  /** Exit code; null if it could not be started. */
  readonly code: number | null;
  /** What it wrote on both streams. */
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param command its name or path
 * @param args its arguments
 * @param options where and with what
 * @param options.environment added to this process's own environment
 * @param options.signal ends the program
 * @returns how it ended; a program that does not exist is no exception
 */
export function runTool(
  command: string,
  args: readonly string[],
  options: { environment?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    let failure: Error | null = null;
    child.on('error', (error) => (failure = error));
    // Comes after the process has gone, also after an abort or a failed start.
    child.on('close', (code, signal) => {
      if (options.signal?.aborted === true) reject(failure ?? new Error('aborted'));
      else if (failure !== null) resolve({ code: null, output: failure.message });
      else resolve({ code, output: signal === null ? output : `${output}\nit was killed by ${signal}` });
    });
  });
}
