import { availableParallelism } from 'node:os';
import type { RunEventBody } from '#contract/events';
import { workerRequestSchema } from '#contract/worker-messages';
import { openHostChannel } from './channel';
import { executeRun, probeEngine } from './execute-run';
import { RunContext } from './run-context';

/** The process that executes one run: waits for its request, executes it, ends. */
const channel = openHostChannel();
let sequence = 1;
let context: RunContext | null = null;
const flushes: (() => void)[] = [];

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
        {
          entry: new URL('./decode-thread.js', import.meta.url).href,
          // The cores of this run, as the engine is told them; the engine waits for batches, or they for it.
          threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
        },
      );
      void executeRun(request, context, emit).then(finish);
      return;
    case 'probe':
      void probeEngine(request, emit).then(finish);
      return;
    case 'cancel':
      context?.cancel();
      return;
    case 'flushed':
      flushes.shift()?.();
  }
});
