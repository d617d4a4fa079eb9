import { join } from 'node:path';
import { app, dialog } from 'electron';
import { createArtifactOpener } from '#api/transport/artifact-opener';
import { createConnectionHandler } from '#api/transport/connection-handler';
import { createRouter } from '#api/router';
import { toPlainError } from '#contract/errors';
import { readAppInfo } from '#host/app-info';
import { defaultDataDirectory } from '#host/data-directory';
import { openHost } from '#host/open-host';
import { listenAsOwner } from '#localhost/listen-as-owner';
import { builtPageUrl, registerPageScheme, servePageProtocol } from './page-protocol';
import { bridgePorts } from './port-bridge';
import { createUtilityProcessLauncher } from './utility-process-launcher';
import { openWindow } from './window';

/**
 * Runs the workbench as an Electron program: one instance, one window, one host.
 *
 * @param builtMain folder of the built entries (`out/main`)
 */
export function runElectron(builtMain: string): void {
  // One instance for each data directory: the lock lies in the folder of the browser's own data.
  app.setPath('userData', join(defaultDataDirectory(), 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerPageScheme();
  app.on('window-all-closed', () => app.quit());
  app
    .whenReady()
    .then(() => start(builtMain))
    .catch((error: unknown) => {
      const { message, advice } = toPlainError(error);
      dialog.showErrorBox('Tangent Workbench cannot start', `${message}\n\n${advice}`);
      app.exit(1);
    });
}

async function start(builtMain: string): Promise<void> {
  const host = await openHost({
    dataDirectory: defaultDataDirectory(),
    launcher: createUtilityProcessLauncher(join(builtMain, 'worker.js')),
    app: readAppInfo(builtMain),
    shell: 'electron',
  });
  const router = createRouter(host);
  const commands = await listenAsOwner(host, router, null);
  closeBeforeQuit(() => commands.close().finally(() => host.close()));

  // `electron-vite dev` names the server that reloads the page as it is edited.
  const pageUrl = process.env.ELECTRON_RENDERER_URL ?? builtPageUrl;
  servePageProtocol(join(builtMain, '../renderer'), createArtifactOpener(host));
  bridgePorts(pageUrl, createConnectionHandler(router));
  const window = await openWindow({ pageUrl, preload: join(builtMain, '../preload/index.cjs') });
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

/** Quitting waits until workers have stopped and the catalog is closed. */
function closeBeforeQuit(close: () => Promise<void>): void {
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });
}
