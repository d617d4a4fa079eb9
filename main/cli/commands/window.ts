import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { defaultDataDirectory } from '#host/data-directory';
import { findChromium } from '#host/find-chromium';
import { findElectron } from '#host/find-electron';
import { withSession, type CommandContext } from '../command-context';
import { installElectron } from '../install-electron';
import { exitCodes } from '../exit-codes';
import { createOutput, type Output } from '../output';
import { app } from '../session';

/** Adds `tangent serve` and `tangent open`. */
export function addWindowCommands(program: Command): void {
  program
    .command('serve')
    .description('serve the workbench to a browser on this machine, until Ctrl-C')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'page', (context) => servePage(context, () => null));
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

/** A window that is gone so soon has handed its page to a browser that was open already. */
const HANDED_OVER_MS = 2000;

/** Serves until it is told to end, or until the window that it opened is closed. */
async function servePage(
  { session, output, signal }: CommandContext,
  openWindow: (url: string) => ChildProcess | null,
): Promise<number> {
  const pageUrl = await session.newPageUrl();
  output.value({ url: pageUrl });
  const openedAt = Date.now();
  const window = openWindow(pageUrl);
  if (window === null) {
    output.line('The workbench is at');
    output.line(`  ${pageUrl}`);
    output.line('The address works once, in one browser on this machine.');
    // The page belongs to another process, and goes on without this one.
    if (!session.isOwner) return exitCodes.ok;
    output.line('Ctrl-C ends the workbench.');
  } else {
    output.line('The workbench is open in a window of its own. Closing it, or Ctrl-C, ends the workbench.');
  }
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
    window?.on('error', (error) => output.note(`Chromium could not be started: ${error.message}`));
    window?.on('exit', () => {
      if (Date.now() - openedAt > HANDED_OVER_MS) resolve();
      else output.note('The page is open in a browser that was running already. Ctrl-C ends the workbench.');
    });
  });
  window?.kill();
  return exitCodes.ok;
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

function openBrowser(url: string, dataDirectory: string, output: Output): ChildProcess | null {
  const chromium = hasDisplay() ? findChromium() : null;
  if (chromium === null) {
    output.note('No display or no Chromium was found: open the address in a browser on this machine.');
    return null;
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
  return spawn(chromium, flags, { stdio: 'ignore' });
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') !== '';
}
