import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AnyRouter } from '@trpc/server';
import { z } from 'zod';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { createArtifactOpener } from '#api/transport/artifact-opener';
import type { HostAddress } from '#api/transport/node-client';
import { openDataDirectory } from '#host/data-directory';
import type { Host } from '#host/open-host';
import { startLocalhost, type Localhost } from './server';

const ownerSchema = z.object({ url: z.string(), controlToken: z.string() });

/**
 * Listens for other commands of this user, and for the page if one is given, and notes in the data
 * directory where, in a file that only this user can read.
 *
 * @param host the owner of the data directory
 * @param router serves its procedures
 * @param pageDirectory folder of the built page; null serves commands only
 * @throws {AppError} `not_built` if the page directory holds no page
 */
export async function listenAsOwner(
  host: Host,
  router: AnyRouter,
  pageDirectory: string | null,
): Promise<Localhost> {
  const server = await startLocalhost({ router, pageDirectory, openArtifact: createArtifactOpener(host) });
  const { ownerFile } = host.directory;
  const owner = { url: server.url, controlToken: server.controlToken };
  await writeFileAtomically(ownerFile, Buffer.from(`${JSON.stringify(owner)}\n`), 0o600);
  return {
    ...server,
    close: async () => {
      await rm(ownerFile, { force: true });
      await server.close();
    },
  };
}

/**
 * Reads where the owner of a data directory listens.
 *
 * @returns its address; null if no owner has noted one. The owner may have died since.
 */
export function readOwner(dataDirectory: string): HostAddress | null {
  try {
    const text = readFileSync(openDataDirectory(dataDirectory).ownerFile, 'utf8');
    const { url, controlToken } = ownerSchema.parse(JSON.parse(text));
    return { url, token: controlToken };
  } catch {
    return null;
  }
}
