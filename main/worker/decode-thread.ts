import { parentPort } from 'node:worker_threads';
import { serveDecodeJobs } from '#numerics/data/loader/serve-decode-jobs';

/** A thread of the process that executes a run: decodes its images. */
if (parentPort !== null) serveDecodeJobs(parentPort);
