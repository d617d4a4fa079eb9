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
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (options.signal?.aborted) reject(error);
      else resolve({ code: null, output: error.message });
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}
