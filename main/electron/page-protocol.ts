import { Readable } from 'node:stream';
import { protocol } from 'electron';
import { artifactIdOf, downloadHeaders, type ArtifactOpener } from '#api/transport/artifact-download';
import { readPageFile } from '#api/transport/page-files';
import { securityHeaders } from '#api/transport/page-security';
import { toPlainError } from '#contract/errors';

const scheme = 'app';
const host = 'tangent';

/** Address of the page. */
export const builtPageUrl = `${scheme}://${host}/`;

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
  const file = await readPageFile(directory, pathname);
  if (file === null) return refuse(404, 'there is nothing here');
  return new Response(new Uint8Array(file.body), { headers: { ...securityHeaders, ...file.headers } });
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
