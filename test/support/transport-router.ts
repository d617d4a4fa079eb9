import { setTimeout as sleep } from 'node:timers/promises';
import { initTRPC } from '@trpc/server';
import { AppError, toPlainError } from '#contract/errors';

const t = initTRPC.create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, plain: toPlainError(error.cause) },
  }),
});

/** What happened to the subscription of {@link createTransportRouter}. */
export interface Probe {
  started: number;
  stopped: number;
}

/** A router of raw values, with the contract's paths where a typed client is used on it. */
export function createTransportRouter(probe: Probe = { started: 0, stopped: 0 }) {
  return t.router({
    host: t.router({
      describe: t.procedure.query(() => ({ appVersion: 'fake' })),
      doctor: t.procedure.query(() => {
        throw new AppError('disk_full', 'no space left', { free: 0 });
      }),
    }),
    arrays: t.router({
      echo: t.procedure.input((input) => input).query(({ input }) => input),
    }),
    runs: t.router({
      /** Numbers from `after + 1`; ends by itself after 5 for the run `short`. */
      events: t.procedure
        .input((input) => input as { runId: string; after: number })
        .subscription(async function* ({ input, signal }) {
          probe.started += 1;
          try {
            for (let sequence = input.after + 1; !(input.runId === 'short' && sequence > 5); sequence += 1) {
              if (signal?.aborted) return;
              yield { runId: input.runId, sequence };
              await sleep(5);
            }
          } finally {
            probe.stopped += 1;
          }
        }),
    }),
  });
}
