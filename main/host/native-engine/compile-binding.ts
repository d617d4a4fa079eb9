import { basename, join } from 'node:path';
import { AppError } from '#contract/errors';
import { compilerFlags, type EngineSources } from './engine-key';
import { runTool } from './run-tool';

/** What to compile and where. */
export interface CompileRequest {
  readonly sources: EngineSources;
  /** TensorFlow's headers. */
  readonly headers: string;
  /** Folder of TensorFlow's libraries; the result looks for them in `lib` beside itself. */
  readonly libraries: string;
  /** Folder for object files. */
  readonly scratch: string;
  /** The file to make. */
  readonly output: string;
  readonly onFile: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds the C++ compiler: `$CXX`, else g++.
 *
 * @returns its name and the first line of its version
 * @throws {AppError} `engine_install_failed` if there is none
 */
export async function findCompiler(): Promise<{ command: string; version: string }> {
  const command = process.env.CXX || 'g++';
  const { code, output } = await runTool(command, ['--version']);
  if (code === 0) return { command, version: output.split('\n')[0].trim() };
  throw new AppError(
    'engine_install_failed',
    `A C++ compiler is needed, and ${command} does not run (${output.trim()}). ` +
      'Install one (Debian: apt install g++) or name another with the variable CXX.',
    { missing: command },
  );
}

/**
 * Compiles the binding and the program's operations into one Node module, linked to TensorFlow.
 *
 * @returns the compiler's version
 * @throws {AppError} `engine_install_failed` with what the compiler said
 */
export async function compileBinding(request: CompileRequest): Promise<string> {
  const { sources, headers, libraries, scratch, output, signal } = request;
  const { command, version } = await findCompiler();
  const run = async (args: readonly string[]) => {
    const result = await runTool(command, args, signal === undefined ? {} : { signal });
    if (result.code === 0) return;
    const said = result.output.trim().split('\n').slice(0, 12).join('\n');
    throw new AppError('engine_install_failed', `${command} could not compile the engine:\n${said}`, {
      compiler: version,
    });
  };
  const total = sources.files.length + 1;
  let done = 0;
  const objects: string[] = [];
  for (const file of sources.files) {
    const object = join(scratch, `${basename(file)}.o`);
    await run([...compilerFlags, `-I${headers}`, `-I${sources.nodeHeaders}`, '-c', file, '-o', object]);
    objects.push(object);
    request.onFile(++done, total);
  }
  const link = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN/lib'];
  await run(['-shared', '-o', output, ...objects, `-L${libraries}`, ...link]);
  request.onFile(total, total);
  return version;
}
