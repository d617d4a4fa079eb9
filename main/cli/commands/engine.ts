import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { join } from 'node:path';
import { defaultDataDirectory, openDataDirectory } from '#host/data-directory';
import { createForkLauncher } from '#host/fork-launcher';
import { listNativeEngines, type InstalledEngine } from '#host/native-engine/find-native-engine';
import { installNativeEngine, type InstallProgress } from '#host/native-engine/install-native-engine';
import { engineEnvironment } from '#host/native-engine/worker-environment';
import { probeEngine } from '#host/probe-engine';
import { exitCodes } from '../exit-codes';
import { formatBytes } from '../format';
import { createOutput, type Output } from '../output';
import { app } from '../session';

interface GlobalOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Adds `tangent engine install` and `tangent engine list`. */
export function addEngineCommands(program: Command): void {
  const engine = program.command('engine').description('install and list the native TensorFlow engine');

  engine
    .command('install')
    .description('install native TensorFlow into the data directory (Linux x86-64; needs python3 and g++)')
    .option('--cpu', 'for the processor (the default)')
    .option('--gpu', 'for NVIDIA GPUs, with the CUDA libraries it needs')
    .option('--from <path>', 'a wheel, or a folder of wheels, to take instead of fetching')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        GlobalOptions & { cpu?: boolean; gpu?: boolean; from?: string }
      >();
      if (options.cpu === true && options.gpu === true) {
        command.error('error: --cpu and --gpu exclude each other');
      }
      const { engines } = openDataDirectory(options.dataDir ?? defaultDataDirectory());
      const output = createOutput(options.json === true);
      const bar = createInstallBar(output);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      try {
        const installed = await installNativeEngine({
          variant: options.gpu === true ? 'gpu' : 'cpu',
          enginesDirectory: engines,
          root: app.root,
          from: options.from ?? null,
          onProgress: (progress) => bar.show(progress),
          tryOut: (folder, libraryFolders) => tryOut(folder, libraryFolders, options.gpu === true),
          signal: abort.signal,
        });
        bar.stop();
        tell(installed, output);
        process.exitCode = exitCodes.ok;
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        output.note('Stopped. What has been fetched is kept; the same command continues.');
        process.exitCode = exitCodes.interrupted;
      } finally {
        bar.stop();
      }
    });

  engine
    .command('list')
    .description('list the native engines of the data directory')
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { engines } = openDataDirectory(options.dataDir ?? defaultDataDirectory());
      const output = createOutput(options.json === true);
      const found = listNativeEngines(engines, app.root);
      if (found.length === 0)
        output.line('no native engine is installed; "tangent engine install" installs it');
      for (const installed of found) tell(installed, output);
    });
}

/** Loads an engine in a worker of its own; returns what is wrong with it, or null. */
async function tryOut(
  folder: string,
  libraryFolders: readonly string[],
  onGpu: boolean,
): Promise<string | null> {
  const launcher = createForkLauncher(join(app.root, 'out', 'main', 'worker.js'));
  const worker = launcher.launch(engineEnvironment(folder, libraryFolders));
  const answer = await probeEngine(app, worker, 'native');
  if (typeof answer === 'string') return answer;
  return onGpu && answer.engine.device !== 'gpu' ? 'TensorFlow finds no GPU that it can use' : null;
}

function tell({ folder, manifest, isCurrent }: InstalledEngine, output: Output): void {
  const { variant, tensorflow, compiler, processor } = manifest;
  output.value({ variant, tensorflow, compiler, processor, isCurrent, folder });
  const state = isCurrent ? 'ready' : 'for another processor or version of the program; install it again';
  output.line(`native ${variant}  TensorFlow ${tensorflow}  ${state}`);
  output.line(`  ${folder}\n  compiled by ${compiler} for ${processor}`);
}

interface InstallBar {
  show(progress: InstallProgress): void;
  stop(): void;
}

/** One bar that starts anew for each phase; a line for each phase where there is no terminal. */
function createInstallBar(output: Output): InstallBar {
  let phase = '';
  if (output.json || !process.stderr.isTTY) {
    const show = (progress: InstallProgress) => {
      if (progress.phase === phase) return;
      phase = progress.phase;
      output.value({ phase });
      output.note(`  ${phase}`);
    };
    return { show, stop: () => undefined };
  }
  const format = '  {bar} {percentage}%  {phase}  {amount}';
  const bar = new SingleBar({
    format,
    barsize: 24,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  return {
    show: ({ phase: current, done, total, unit }) => {
      const amount = unit === 'bytes' ? formatBytes(done) : `${done} of ${total ?? '?'}`;
      const payload = { phase: current, amount };
      if (current !== phase) {
        bar.stop();
        bar.start(total ?? 1, 0, payload);
        phase = current;
      }
      bar.update(total === null ? 0 : done, payload);
    },
    stop: () => bar.stop(),
  };
}
