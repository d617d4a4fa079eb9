import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { protocol } from 'electron';
import { artifactIdOf, downloadHeaders, type ArtifactOpener } from '#api/transport/artifact-download';
import { cacheControlOf, securityHeaders } from '#api/transport/page-security';
import { toPlainError } from '#contract/errors';

const scheme = 'app';
const host = 'tangent';

/** Address of the page. */
export const builtPageUrl = `${scheme}://${host}/`;

const contentTypes: Readonly<Record<string, string | undefined>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before Electron is ready: gives `app://` the rights of an ordinary secure origin. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Serves the built page and the artifacts under {@link builtPageUrl}. */
export function servePageProtocol(pageDirectory: string, openArtifact: ArtifactOpener): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    if (url.host !== host) return refuse(403, 'not this origin');
    if (request.method !== 'GET') return refuse(405, 'only GET is served');
    const artifactId = artifactIdOf(url.pathname);
    return artifactId === null
      ? servePageFile(pageDirectory, url.pathname)
      : serveArtifact(openArtifact, artifactId);
  });
}

async function servePageFile(directory: string, pathname: string): Promise<Response> {
  const relative = normalize(decodeURIComponent(pathname === '/' ? '/index.html' : pathname));
  const file = join(directory, relative);
  const contentType = contentTypes[extname(file)];
  if (!file.startsWith(directory + sep) || contentType === undefined)
    return refuse(404, 'there is nothing here');
  try {
    const headers = { 'Content-Type': contentType, 'Cache-Control': cacheControlOf(pathname) };
    return new Response(await readFile(file), { headers: { ...securityHeaders, ...headers } });
  } catch {
    return refuse(404, 'there is nothing here');
  }
}

async function serveArtifact(open: ArtifactOpener, id: string): Promise<Response> {
  try {
    const artifact = await open(id);
    if (artifact === null) return refuse(404, `there is no artifact ${id}`);
    const body = Readable.toWeb(artifact.stream) as ReadableStream<Uint8Array>;
    return new Response(body, { headers: { ...securityHeaders, ...downloadHeaders(id, artifact) } });
  } catch (error) {
    const { message, advice } = toPlainError(error);
    return refuse(500, `${message}\n${advice}`);
  }
}

function refuse(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  });
}
