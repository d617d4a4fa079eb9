import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '#catalog/open-catalog';
import { openDatabase } from '#catalog/open-database';
import { migrations } from '#catalog/migrations/index';
import { addRun } from '#test/support/catalog-fixture';
import { openTestHost, untilState } from '#test/support/host-fixture';
import { renderSpec } from '#test/support/specs';
import { tempFolder } from '#test/support/temp-folder';

describe('openHost', () => {
  it('refuses a directory that is open, and opens it again after it was closed', async () => {
    const first = await openTestHost();
    const { dataDirectory } = first;
    await expect(openTestHost({ dataDirectory })).rejects.toMatchObject({ code: 'data_directory_in_use' });
    // The refusal must not have closed anything of the first.
    expect(first.host.describe().runCount).toBe(0);
    await first.close();
    const second = await openTestHost({ dataDirectory });
    expect(second.host.describe()).toEqual({
      appVersion: '0.1.0',
      shell: 'cli',
      dataDirectory,
      maxWorkers: 2,
      runCount: 0,
    });
  });

  it('keeps everything over a restart', async () => {
    const first = await openTestHost();
    const { run } = await first.host.runs.submit(renderSpec(), false);
    first.launcher.last.say({ type: 'metric', name: 'loss', step: 1, value: 0.5 });
    first.launcher.last.end('finished');
    const detail = first.host.runs.detail(run.id);
    await first.close();
    const { host } = await openTestHost({ dataDirectory: first.dataDirectory });
    expect(host.runs.detail(run.id)).toEqual(detail);
    expect(host.catalog.events.metrics(run.id)).toEqual([{ name: 'loss', step: 1, value: 0.5 }]);
  });

  it('interrupts what a killed host left running, and starts what it left queued', async () => {
    const dataDirectory = tempFolder();
    const catalog = openCatalog(join(dataDirectory, 'catalog.sqlite'));
    const orphan = addRun(catalog, renderSpec(1));
    catalog.runs.markRunning(orphan.id, 1);
    const queued = addRun(catalog, renderSpec(2));
    catalog.close();

    const { host, launcher } = await openTestHost({ dataDirectory });
    expect(host.catalog.runs.get(orphan.id)).toMatchObject({
      state: 'interrupted',
      error: { code: 'run_interrupted' },
    });
    await untilState(host, queued.id, 'running');
    expect(launcher.last.start.runId).toBe(queued.id);
  });

  it.each([
    ['interrupt', 'interrupted'],
    ['hold', 'queued'],
  ] as const)('starts nothing that it finds queued when it is to %s the queue', async (leftQueue, state) => {
    const dataDirectory = tempFolder();
    const catalog = openCatalog(join(dataDirectory, 'catalog.sqlite'));
    const queued = addRun(catalog, renderSpec(2));
    catalog.close();

    const { host, launcher } = await openTestHost({ dataDirectory, leftQueue });
    expect(host.catalog.runs.get(queued.id).state).toBe(state);
    expect(launcher.workers).toHaveLength(0);
  });

  it('removes the checkpoints of a run that finished just before an earlier host died, and no others', async () => {
    const dataDirectory = tempFolder();
    const catalog = openCatalog(join(dataDirectory, 'catalog.sqlite'));
    const [done, stopped] = [addRun(catalog, renderSpec(1)), addRun(catalog, renderSpec(2))];
    const end = { type: 'end', error: null } as const;
    for (const [{ id }, outcome] of [
      [done, 'finished'],
      [stopped, 'cancelled'],
    ] as const) {
      catalog.events.append({ runId: id, sequence: 1, attempt: 1, at: 1, body: { ...end, outcome } });
      mkdirSync(join(dataDirectory, 'runs', id, 'checkpoints'), { recursive: true });
    }
    catalog.close();

    const { host } = await openTestHost({ dataDirectory });
    expect(readdirSync(host.directory.runs)).toEqual([stopped.id]);
  });

  it('may be closed twice', async () => {
    const { host } = await openTestHost();
    await Promise.all([host.close(), host.close()]);
    await host.close();
  });

  it('gives each run a directory of its own that stays the same when it is resumed', async () => {
    const { host, launcher, dataDirectory } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(1), false);
    await host.runs.submit(renderSpec(2), false);
    launcher.workers[0].end('cancelled');
    host.runs.resume(run.id);
    const [first, second, resumed] = launcher.workers.map(({ start }) => start.runDirectory);
    expect(first).toBe(join(dataDirectory, 'runs', run.id));
    expect(second).not.toBe(first);
    expect(resumed).toBe(first);
  });

  it('removes unfinished files of a host that died', async () => {
    const dataDirectory = tempFolder();
    const incoming = join(dataDirectory, 'artifacts', 'incoming');
    await mkdir(incoming, { recursive: true });
    writeFileSync(join(incoming, 'half'), 'half');
    utimesSync(join(incoming, 'half'), new Date(0), new Date(0));
    await openTestHost({ dataDirectory });
    expect(existsSync(join(incoming, 'half'))).toBe(false);
  });

  it.each<[string, string, (file: string) => void]>([
    ['is not a database', 'catalog_damaged', (file) => writeFileSync(file, 'not a database '.repeat(500))],
    [
      'was written by a newer program',
      'data_directory_newer',
      (file) => openDatabase(file, [...migrations, 'CREATE TABLE later (x INTEGER)']).close(),
    ],
  ])('gives the directory free when its catalog %s', async (_, code, spoil) => {
    const { dataDirectory, close } = await openTestHost();
    await close();
    spoil(join(dataDirectory, 'catalog.sqlite'));
    await expect(openTestHost({ dataDirectory })).rejects.toMatchObject({ code });
    // Not `data_directory_in_use`: a failed attempt holds no lock.
    await expect(openTestHost({ dataDirectory })).rejects.toMatchObject({ code });
  });

  it('gives the directory free when it cannot be brought to order', async () => {
    const dataDirectory = tempFolder();
    openDatabase(join(dataDirectory, 'catalog.sqlite'), ['CREATE TABLE other (x INTEGER)']).close();
    await expect(openTestHost({ dataDirectory })).rejects.toThrow(/no such table/);
    await expect(openTestHost({ dataDirectory })).rejects.toThrow(/no such table/);
  });

  it('takes its workers with it when it closes', async () => {
    const { host, launcher, close } = await openTestHost();
    await host.runs.submit(renderSpec(1), false);
    await host.runs.submit(renderSpec(2), false);
    await close();
    expect(launcher.workers.map(({ hasExited }) => hasExited)).toEqual([true, true]);
  });
});
