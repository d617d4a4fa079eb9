import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type AnyTRPCRouter,
} from '@trpc/server';
import { hostApi, type HostApi } from '#contract/api';
import { plainErrorSchema, type PlainError } from '#contract/errors';

/** Calls a procedure as a transport does, but for the wire. */
export async function callRouter(
  router: AnyTRPCRouter,
  path: keyof HostApi,
  input: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  return (await callTRPCProcedure({
    router,
    path,
    type: hostApi[path].type,
    getRawInput: () => Promise.resolve(input),
    ctx: {},
    signal,
    batchIndex: 0,
  })) as unknown;
}

/** Calls a procedure that must fail, and returns the error as a client gets it. */
export async function failRouter(
  router: AnyTRPCRouter,
  path: keyof HostApi,
  input: unknown,
): Promise<PlainError> {
  try {
    await callRouter(router, path, input);
  } catch (thrown) {
    const shape: unknown = getTRPCErrorShape({
      config: router._def._config,
      error: getTRPCErrorFromUnknown(thrown),
      type: hostApi[path].type,
      path,
      input,
      ctx: {},
    });
    return plainErrorSchema.parse((shape as { data: { plain: unknown } }).data.plain);
  }
  throw new Error(`${path} did not fail`);
}
