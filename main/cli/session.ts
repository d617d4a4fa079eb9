import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createHandlers } from '#api/handlers';
import { createLocalClient } from '#api/local-client';
import { buildRouter } from '#api/router';
import { connectToHost, type HostAddress } from '#api/transport/node-client';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { readAppInfo, type AppInfo } from '#host/app-info';
import { createForkLauncher } from '#host/fork-launcher';
import { openHost } from '#host/open-host';
import { listenAsOwner, readOwner } from '#localhost/listen-as-owner';

/** A connection to the host of a data directory: opened in this process, or owned by another. */
export interface Session {
  readonly client: HostClient;
  /** Whether this process owns the data directory. */
  readonly isOwner: boolean;
  /**
   * Makes an address that opens the page once, in one browser.
   *
   * @throws {AppError} `data_directory_in_use` if the owner serves no page
   */
  newPageUrl(): Promise<string>;
  /** Resolves when this process executes nothing any more and no other command is connected to it. */
  idle(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a command needs the data directory for: to look at or change records for a moment (`brief`),
 * to execute runs (`execute`), or to show the page as well (`page`).
 */
export type SessionPurpose = 'brief' | 'execute' | 'page';

/** What a session needs to know. */
export interface SessionOptions {
  readonly dataDirectory: string;
  readonly purpose: SessionPurpose;
  /** Runs at once; the default is the number of cores. */
  readonly maxWorkers?: number;
}

const leftQueueOf = { brief: 'hold', execute: 'interrupt', page: 'continue' } as const;

/** How long to wait for a brief owner to be done. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 50;

/** This program, found from where its code runs. */
export const app: AppInfo = readAppInfo(import.meta.dirname);
/** Where the built worker lies. */
export const workerPath = join(app.root, 'out', 'main', 'worker.js');

/**
 * Opens the data directory, or connects to the process that owns it.
 *
 * A process that executes runs listens on the loopback interface, so that a second command can look
 * at or cancel what the first one does; how to reach it stands in a file that only this user can
 * read. A brief owner starts no runs and does not listen; others wait for it to be done, since work
 * that they gave it would end with it.
 *
 * @throws {AppError} `data_directory_in_use` if its owner can neither be reached nor waited for
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ownSession(options);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'data_directory_in_use') throw error;
      const joined = await joinSession(options.dataDirectory);
      if (joined !== null) return joined;
      if (Date.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}

async function ownSession({ dataDirectory, purpose, maxWorkers }: SessionOptions): Promise<Session> {
  const host = await openHost({
    dataDirectory,
    launcher: createForkLauncher(workerPath),
    app,
    shell: purpose === 'page' ? 'browser' : 'cli',
    leftQueue: leftQueueOf[purpose],
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
  });
  const handlers = createHandlers(host);
  const client = createLocalClient(handlers);
  try {
    const page = purpose === 'page' ? join(app.root, 'out', 'renderer') : null;
    const server = purpose === 'brief' ? null : await listenAsOwner(host, buildRouter(handlers), page);
    const close = async () => {
      client.close();
      await server?.close();
      await host.close();
    };
    const idle = async (signal: AbortSignal) => {
      if (server === null) return;
      const isBusy = () => host.studies.isRunning() || host.runs.isBusy() || server.clientCount() > 0;
      while (isBusy()) {
        await setTimeout(RETRY_MS);
        signal.throwIfAborted();
      }
    };
    const newPageUrl = () =>
      server === null ? Promise.reject(servesNoPage()) : Promise.resolve(server.newPageUrl());
    return { client, isOwner: true, newPageUrl, idle, close };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Connects to the owner; null if it does not listen (yet, or any more). */
async function joinSession(dataDirectory: string): Promise<Session | null> {
  const address = readOwner(dataDirectory);
  if (address === null) return null;
  const client = connectToHost(address);
  const close = () => {
    client.close();
    return Promise.resolve();
  };
  try {
    await client.query('host.describe', undefined);
    return {
      client,
      isOwner: false,
      newPageUrl: () => askForPageUrl(address),
      idle: () => Promise.resolve(),
      close,
    };
  } catch (error) {
    await close();
    if (error instanceof AppError && error.code === 'connection_lost') return null;
    throw error;
  }
}

async function askForPageUrl({ url, token }: HostAddress): Promise<string> {
  const answer = await fetch(new URL('/link', url), { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw servesNoPage();
  return answer.text();
}

function servesNoPage(): AppError {
  return new AppError('data_directory_in_use', 'A command that shows no page is using this data directory.');
}
