import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '#artifacts/sha256';
import { buildRouter, createRouter } from '#api/router';
import type { Handlers } from '#api/handlers';
import { hostApi, type HostApi } from '#contract/api';
import { AppError, errorCatalogue } from '#contract/errors';
import { callRouter, failRouter } from '#test/support/call-router';
import { openTestHost } from '#test/support/host-fixture';
import { finetuneSpec, renderSpec } from '#test/support/specs';

const paths = Object.keys(hostApi) as (keyof HostApi)[];
const calls = paths.filter((path) => hostApi[path].type !== 'subscription');

/** Handlers that note the calls they get and answer all of them alike. */
function makeHandlers(answer: () => unknown) {
  const received: { path: string; input: unknown }[] = [];
  const handlers = Object.fromEntries(
    paths.map((path) => [
      path,
      (input: unknown) => {
        received.push({ path, input });
        return answer();
      },
    ]),
  ) as unknown as Handlers;
  return { received, router: buildRouter(handlers) };
}

const exampleInputs: Record<keyof HostApi, unknown> = {
  'host.describe': undefined,
  'host.doctor': undefined,
  'runs.list': { limit: 5 },
  'runs.get': { runId: 'abc' },
  'runs.metrics': { runId: 'abc' },
  'runs.submit': { spec: renderSpec(), reuse: true },
  'runs.cancel': { runId: 'abc' },
  'runs.resume': { runId: 'abc' },
  'runs.events': { runId: 'abc', after: 3 },
  'runs.changes': undefined,
  'artifacts.get': { id: 'abcd' },
  'artifacts.json': { id: sha256('x') },
  'sources.fingerprint': { path: '/data' },
  'datasets.known': undefined,
  'datasets.prompts': { datasetId: sha256('x'), templates: 'dtd', hasNames: true },
  'studies.templates': undefined,
  'studies.list': undefined,
  'studies.get': { studyId: 'abc' },
  'studies.run': { template: 'quickstart' },
  'studies.changes': { studyId: 'abc' },
};

describe('buildRouter', () => {
  it.each(paths)('passes the input of %s to its handler', async (path) => {
    const { router, received } = makeHandlers(() => undefined);
    await callRouter(router, path, exampleInputs[path]).catch(() => undefined);
    expect(received).toEqual([{ path, input: exampleInputs[path] }]);
  });

  it('fills in what the caller has left out', async () => {
    const { router, received } = makeHandlers(() => []);
    await callRouter(router, 'runs.list', {});
    await callRouter(router, 'runs.events', { runId: 'abc' });
    expect(received.map(({ input }) => input)).toEqual([{ limit: 200 }, { runId: 'abc', after: 0 }]);
  });

  it.each(paths)('refuses a wrong input of %s before its handler sees it', async (path) => {
    const { router, received } = makeHandlers(() => undefined);
    const error = await failRouter(router, path, 42);
    expect(error).toMatchObject({ code: 'invalid_input', kind: 'user' });
    expect(received).toEqual([]);
  });

  it.each<[keyof HostApi, unknown, RegExp]>([
    ['runs.list', { limit: 0 }, /limit: /],
    ['runs.list', { states: ['done'] }, /states\.0: /],
    ['runs.get', { runId: '' }, /runId: /],
    ['runs.events', { runId: 'abc', after: -1 }, /after: /],
    ['artifacts.json', { id: 'abcd' }, /id: must be an artifact id/],
    [
      'runs.submit',
      { spec: { ...finetuneSpec(), params: { ...finetuneSpec().params, mode: 'ntk' } } },
      /spec\.params\.mode: /,
    ],
  ])('names the field of %s that is wrong', async (path, input, words) => {
    const { router } = makeHandlers(() => undefined);
    const error = await failRouter(router, path, input);
    expect(error.message).toMatch(words);
    expect(error.advice).toBe(errorCatalogue.invalid_input.advice);
  });

  it.each(calls.filter((path) => !(hostApi[path].output instanceof z.ZodUnknown)))(
    'calls an answer of %s that has the wrong shape our mistake, not the caller’s',
    async (path) => {
      const { router } = makeHandlers(() => ({ id: 7 }));
      const error = await failRouter(router, path, exampleInputs[path]);
      expect(error).toMatchObject({ code: 'internal', kind: 'bug' });
      expect(error.message).toMatch(/answer is not valid/);
    },
  );

  it('leaves out of an answer what the contract does not name', async () => {
    const point = { name: 'loss', step: 1, value: 0.5 };
    const { router } = makeHandlers(() => [{ ...point, secret: 'a row id' }]);
    expect(await callRouter(router, 'runs.metrics', { runId: 'abc' })).toEqual([point]);
  });

  it('keeps code, advice and data of an error', async () => {
    const { router } = makeHandlers(() => {
      throw new AppError('wrong_state', 'Run abc is finished.', { runId: 'abc' });
    });
    expect(await failRouter(router, 'runs.cancel', { runId: 'abc' })).toMatchObject({
      code: 'wrong_state',
      kind: 'user',
      message: 'Run abc is finished.',
      advice: errorCatalogue.wrong_state.advice,
      data: { runId: 'abc' },
    });
  });

  it.each([
    ['our mistake', new TypeError('x is not a function'), 'internal', 'internal: x is not a function'],
    ['a full disk', Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk_full', 'write'],
    ['a stored row of the wrong shape', z.int().safeParse('x').error, 'internal', 'internal: the answer'],
  ])('tells %s from a mistake of the caller', async (_, thrown, code, words) => {
    const { router } = makeHandlers(() => {
      throw thrown as Error;
    });
    const error = await failRouter(router, 'host.describe', undefined);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});

describe('createRouter', () => {
  it.each<keyof HostApi>(['host.describe', 'host.doctor', 'runs.list', 'studies.templates', 'studies.list'])(
    'answers %s of a new data directory in the shape of the contract',
    async (path) => {
      const { host } = await openTestHost();
      const answer = await callRouter(createRouter(host), path, path === 'runs.list' ? {} : undefined);
      expect(hostApi[path].output.parse(answer)).toEqual(answer);
    },
  );
});
