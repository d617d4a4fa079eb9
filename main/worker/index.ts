import { availableParallelism } from 'node:os';
import type { RunEventBody } from '#contract/events';
import { workerRequestSchema } from '#contract/worker-messages';
import { openHostChannel } from './channel';
import { executeRun, probeEngine } from './execute-run';
import { LabDesk } from './lab-desk';
import { RunContext } from './run-context';

/** A worker: waits for its request, executes one run and ends; or opens a lab and answers until it is killed. */
const channel = openHostChannel();
let sequence = 1;
let context: RunContext | null = null;
let lab: LabDesk | null = null;
const flushes: (() => void)[] = [];

const decoding = {
  entry: new URL('./decode-thread.js', import.meta.url).href,
  // The cores of this process, as the engine is told them; the engine waits for batches, or they for it.
  threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
};

const emit = (body: RunEventBody) => {
  channel.send({ sequence, at: Date.now(), body });
  sequence += 1;
};

const flush = () =>
  new Promise<void>((resolve) => {
    flushes.push(resolve);
    channel.send({ flush: true });
  });

const finish = async () => {
  await channel.drain();
  process.exit(0);
};

channel.onMessage((message) => {
  const request = workerRequestSchema.parse(message);
  switch (request.type) {
    case 'start':
      sequence = request.firstSequence;
      context = new RunContext(
        {
          artifacts: request.artifactsDirectory,
          run: request.runDirectory,
          rendered: request.renderedDirectory,
        },
        emit,
        flush,
        decoding,
      );
      void executeRun(request, context, emit).then(finish);
      return;
    case 'probe':
      void probeEngine(request, emit).then(finish);
      return;
    case 'lab':
      lab = new LabDesk(request, decoding, (message) => channel.send(message));
      return;
    case 'question':
      lab?.ask(request);
      return;
    case 'withdraw':
      lab?.withdraw(request.question);
      return;
    case 'cancel':
      context?.cancel();
      return;
    case 'flushed':
      flushes.shift()?.();
  }
});
