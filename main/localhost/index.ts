import { join } from 'node:path';
import { createRouter } from '#api/router';
import { toPlainError } from '#contract/errors';
import { readAppInfo } from '#host/app-info';
import { defaultDataDirectory } from '#host/data-directory';
import { createForkLauncher } from '#host/fork-launcher';
import { openHost } from '#host/open-host';
import { listenAsOwner } from './listen-as-owner';

/**
 * The entry for plain Node, for service managers and scripts: serves the workbench of
 * `TANGENT_DATA_DIR` to a browser on this machine, prints its address, and ends on SIGINT or SIGTERM.
 */
async function main(): Promise<void> {
  const app = readAppInfo(import.meta.dirname);
  const host = await openHost({
    dataDirectory: defaultDataDirectory(),
    launcher: createForkLauncher(join(app.root, 'out', 'main', 'worker.js')),
    app,
    shell: 'browser',
  });
  const page = join(app.root, 'out', 'renderer');
  const server = await listenAsOwner(host, createRouter(host), page).catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  const close = () => void server.close().finally(() => host.close());
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  process.stdout.write(`${server.pageUrl}\n`);
}

main().catch((error: unknown) => {
  const { message, advice } = toPlainError(error);
  process.stderr.write(`error: ${message}\n${advice}\n`);
  process.exitCode = 1;
});
