import { type MessagePort } from 'node:worker_threads';
import sharp from 'sharp';
import { toPlainError } from '#contract/errors';
import { runDecodeJob } from './decode-job';
import { type DecodeAnswer, type DecodeRequest } from './decode-thread';

/**
 * Makes this thread one that decodes: it answers each request when its images are there, one request
 * after the other. Decoders start no threads of their own then, as there is one of these for each core.
 *
 * @param port where requests come from
 */
export function serveDecodeJobs(port: MessagePort): void {
  sharp.cache(false);
  sharp.concurrency(1);
  let last = Promise.resolve();
  port.on('message', ({ id, job }: DecodeRequest) => {
    last = last
      .then(() => runDecodeJob(job))
      .then(
        () => null,
        (error: unknown) => toPlainError(error),
      )
      .then((error) => port.postMessage({ id, error } satisfies DecodeAnswer));
  });
}
