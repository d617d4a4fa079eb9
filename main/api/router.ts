import { initTRPC, type AnyRouter, type TRPCError } from '@trpc/server';
import { ZodError, type z } from 'zod';
import { hostApi, type HostApi } from '#contract/api';
import { AppError, toPlainError } from '#contract/errors';
import { describeIssues } from '#contract/specs/index';
import type { Host } from '#host/open-host';
import { createHandlers, type Handlers } from './handlers';

interface AnyProcedure {
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

const t = initTRPC.create({
  isServer: true,
  /** Every error crosses as plain data with its code and advice, under `data.plain`. */
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, plain: toPlainError(explain(error)) },
  }),
});

/**
 * Makes the one router from the contract's list of procedures.
 *
 * @param host the owner of a data directory
 */
export function createRouter(host: Host): AnyRouter {
  return buildRouter(createHandlers(host));
}

/** Makes the router from any set of handlers; each procedure is validate, call, return. */
export function buildRouter(handlers: Handlers): AnyRouter {
  const groups: Record<string, Record<string, ReturnType<typeof buildProcedure>>> = {};
  for (const path of Object.keys(hostApi) as (keyof HostApi)[]) {
    const [group, name] = path.split('.') as [string, string];
    (groups[group] ??= {})[name] = buildProcedure(path, handlers);
  }
  return t.router(Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, t.router(group)])));
}

function buildProcedure(path: keyof HostApi, handlers: Handlers) {
  // The table's types tie each handler to its own schemas; over all paths at once they are unknown.
  const { type, input, output }: AnyProcedure = hostApi[path];
  const handle = handlers[path] as (input: unknown, signal?: AbortSignal) => unknown;
  const procedure = t.procedure.input(input);
  switch (type) {
    case 'query':
      return procedure.output(output).query((call) => handle(call.input));
    case 'mutation':
      return procedure.output(output).mutation((call) => handle(call.input));
    case 'subscription':
      return procedure.subscription((call) => {
        const signal = call.signal ?? new AbortController().signal;
        return checkItems(handle(call.input, signal) as AsyncIterable<unknown>, output);
      });
  }
}

/** Validates each item of a subscription, as tRPC validates the answers of queries and mutations. */
async function* checkItems(items: AsyncIterable<unknown>, schema: z.ZodType): AsyncGenerator {
  for await (const item of items) yield schema.parse(item);
}

function explain(error: TRPCError): unknown {
  const cause = error.cause ?? error;
  if (!(cause instanceof ZodError)) return cause;
  const issues = describeIssues(cause);
  // The same kind of error comes from an answer, or a row of the catalog, of the wrong shape: our mistake.
  return error.code === 'BAD_REQUEST'
    ? new AppError('invalid_input', `The request is not valid: ${issues}`, {}, { cause })
    : new AppError('internal', `the answer is not valid: ${issues}`, {}, { cause });
}
