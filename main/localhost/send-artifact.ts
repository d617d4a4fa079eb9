import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { downloadHeaders, type ArtifactOpener } from '#api/transport/artifact-download';
import { AppError, toPlainError } from '#contract/errors';
import { sendText } from './send-text';

/** Answers GET and HEAD of `/artifacts/<id>` with the stored file as a download. */
export async function sendArtifact(
  open: ArtifactOpener,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const artifact = await open(id).catch((error: unknown) => toPlainError(error));
  if (artifact === null || 'code' in artifact) {
    const error = artifact ?? toPlainError(new AppError('unknown_artifact', `there is no artifact ${id}`));
    sendText(response, error.code === 'unknown_artifact' ? 404 : 500, `${error.message}\n${error.advice}`);
    return;
  }
  response.writeHead(200, downloadHeaders(id, artifact));
  if (request.method === 'HEAD') {
    artifact.stream.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(artifact.stream, response);
  } catch {
    // The header is out, so the only honest sign of a read error is a connection that breaks off
    // before Content-Length; `pipeline` has destroyed both sides. A visitor who left is no error.
  }
}
