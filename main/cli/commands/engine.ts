import { SingleBar } from 'cli-progress';
import { Argument, type Command } from 'commander';
import { engineChoiceSchema, type EngineChoice } from '#contract/engines';
import { defaultDataDirectory, openDataDirectory } from '#host/data-directory';
import { describeEngine } from '#host/engine-service';
import { createForkLauncher } from '#host/fork-launcher';
import { listNativeEngines, type InstalledEngine } from '#host/native-engine/find-native-engine';
import { installNativeEngine, type InstallProgress } from '#host/native-engine/install-native-engine';
import { createTryOut } from '#host/native-engine/try-out';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';
import { formatBytes } from '../format';
import { createOutput, type Output } from '../output';
import { app, workerPath } from '../session';

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
      const variant = options.gpu === true ? 'gpu' : 'cpu';
      const bar = createInstallBar(output);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      try {
        const installed = await installNativeEngine({
          variant,
          enginesDirectory: engines,
          root: app.root,
          from: options.from ?? null,
          onProgress: (progress) => bar.show(progress),
          tryOut: createTryOut(app, createForkLauncher(workerPath), variant),
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

  engine
    .command('use')
    .description('say which engine runs get that leave it to the machine')
    .addArgument(
      new Argument('<engine>', 'the best that loads; the native one or none; WebAssembly').choices(
        engineChoiceSchema.options,
      ),
    )
    .action(async (choice: EngineChoice, _: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const chosen = await session.client.mutate('engines.choose', { choice });
        output.value({ engine: chosen });
        output.line(`from the next run on: ${chosen}`);
        return exitCodes.ok;
      });
    });
}

function tell(installed: InstalledEngine, output: Output): void {
  const engine = describeEngine(installed);
  const { variant, tensorflow, compiler, processor, isCurrent, folder } = engine;
  output.value(engine);
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
