import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import { defaultDataDirectory } from '#host/data-directory';
import { findChromium } from '#host/find-chromium';
import { findElectron } from '#host/find-electron';
import { withSession, type CommandContext } from '../command-context';
import { installElectron } from '../install-electron';
import { createOutput } from '../output';
import { app } from '../session';

/** Adds `tangent serve` and `tangent open`. */
export function addWindowCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the workbench to a browser on this machine, until Ctrl-C')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'page', (context) => servePage(context, () => undefined));
    });

  program
    .command('open')
    .description('open the workbench: an Electron window, else a Chromium window, else print its address')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ dataDir?: string; json?: boolean }>();
      const output = createOutput(options.json === true);
      const dataDirectory = options.dataDir ?? defaultDataDirectory();
      const electron = findElectron(app.root) ?? (await installElectron(app.root, output));
      if (electron !== null && hasDisplay()) {
        process.exitCode = await runElectron(electron, dataDirectory);
        return;
      }
      await withSession(command, 'page', (context) =>
        servePage(context, (url) => openBrowser(url, dataDirectory, output)),
      );
    });
}

/** Serves until the session is interrupted. */
async function servePage(
  { session, output }: CommandContext,
  opened: (url: string) => void,
): Promise<number> {
  if (!session.isOwner || session.server === null) {
    throw new AppError('data_directory_in_use', 'The data directory is in use by another window or command.');
  }
  const { pageUrl } = session.server;
  output.value({ url: pageUrl });
  output.line('The workbench is at');
  output.line(`  ${pageUrl}`);
  output.line('The address works once, in one browser on this machine. Ctrl-C ends the workbench.');
  opened(pageUrl);
  return new Promise(() => undefined);
}

function runElectron(executable: string, dataDirectory: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [app.root], {
      stdio: 'inherit',
      env: { ...process.env, TANGENT_DATA_DIR: dataDirectory },
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function openBrowser(url: string, dataDirectory: string, output: ReturnType<typeof createOutput>): void {
  const chromium = hasDisplay() ? findChromium() : null;
  if (chromium === null) {
    output.note('No display or no Chromium was found: open the address in a browser on this machine.');
    return;
  }
  const isRoot = process.getuid?.() === 0;
  const flags = [
    `--app=${url}`,
    `--user-data-dir=${join(dataDirectory, 'browser')}`,
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(isRoot ? ['--no-sandbox', '--test-type'] : []),
  ];
  const child = spawn(chromium, flags, { stdio: 'ignore' });
  child.on('error', (error) => output.note(`Chromium could not be started: ${error.message}`));
  // The window is the workbench: closing it ends the command as Ctrl-C does.
  child.on('exit', () => process.kill(process.pid, 'SIGINT'));
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') !== '';
}
