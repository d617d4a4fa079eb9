import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { createHandlers } from '#api/handlers';
import { createLocalClient } from '#api/local-client';
import { buildRouter } from '#api/router';
import { createArtifactOpener } from '#api/transport/artifact-opener';
import { connectToHost } from '#api/transport/node-client';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { HostDescription } from '#contract/records';
import { readAppInfo, type AppInfo } from '#host/app-info';
import { openDataDirectory } from '#host/data-directory';
import { createForkLauncher } from '#host/fork-launcher';
import { openHost, type Host } from '#host/open-host';
import { startLocalhost, type Localhost } from '#localhost/server';

const ownerSchema = z.object({ pid: z.int(), url: z.string(), controlToken: z.string() });

/** A connection to the host of a data directory: opened in this process, or owned by another. */
export interface Session {
  readonly client: HostClient;
  /** What this process owns; null when another process owns the data directory. */
  readonly owned: { readonly host: Host; readonly server: Localhost } | null;
  close(): Promise<void>;
}

/** What a session needs to know. */
export interface SessionOptions {
  readonly dataDirectory: string;
  readonly shell: HostDescription['shell'];
  readonly maxWorkers?: number;
  /** Whether to serve the page, too. */
  readonly servesPage: boolean;
}

/** This program, found from where its code runs. */
export const app: AppInfo = readAppInfo(import.meta.dirname);

/**
 * Opens the data directory, or connects to the process that owns it.
 *
 * A process that opens it listens on the loopback interface, so that a second command can look at
 * or cancel what the first one does; how to reach it stands in a file that only this user can read.
 *
 * @throws {AppError} `data_directory_in_use` if its owner cannot be reached
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  try {
    return await ownSession(options);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'data_directory_in_use') throw error;
    return await joinSession(options, error);
  }
}

async function ownSession(options: SessionOptions): Promise<Session> {
  const host = await openHost({
    dataDirectory: options.dataDirectory,
    launcher: createForkLauncher(join(app.root, 'out', 'main', 'worker.js')),
    app,
    shell: options.shell,
    ...(options.maxWorkers === undefined ? {} : { maxWorkers: options.maxWorkers }),
  });
  try {
    const handlers = createHandlers(host);
    const server = await startLocalhost({
      router: buildRouter(handlers),
      pageDirectory: options.servesPage ? join(app.root, 'out', 'renderer') : null,
      openArtifact: createArtifactOpener(host),
    });
    await writeOwner(host, server);
    const client = createLocalClient(handlers);
    const close = async () => {
      client.close();
      await server.close();
      await rm(host.directory.ownerFile, { force: true });
      await host.close();
    };
    return { client, owned: { host, server }, close };
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function joinSession(options: SessionOptions, inUse: AppError): Promise<Session> {
  const { ownerFile } = openDataDirectory(options.dataDirectory);
  let owner: z.infer<typeof ownerSchema>;
  try {
    owner = ownerSchema.parse(JSON.parse(readFileSync(ownerFile, 'utf8')));
  } catch {
    throw inUse;
  }
  const client = connectToHost({ url: owner.url, token: owner.controlToken });
  await client.query('host.describe', undefined);
  const close = () => {
    client.close();
    return Promise.resolve();
  };
  return { client, owned: null, close };
}

async function writeOwner(host: Host, server: Localhost): Promise<void> {
  const owner = { pid: process.pid, url: server.url, controlToken: server.controlToken };
  // The data directory itself is closed to other users, so the token is.
  await writeFileAtomically(host.directory.ownerFile, Buffer.from(`${JSON.stringify(owner)}\n`));
}
