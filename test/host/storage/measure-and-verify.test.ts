import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { VerificationState } from '#contract/storage';
import type { Host } from '#host/open-host';
import { openTestHost, plantArtifacts } from '#test/support/host-fixture';

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function endOf(host: Host): Promise<VerificationState> {
  let last: VerificationState = { state: 'idle' };
  for await (const state of host.storage.verification.follow(new AbortController().signal)) last = state;
  return last;
}

describe('measuring a data directory', () => {
  it('tells artifacts by kind and the rest by what it is, and lets others work meanwhile', async () => {
    const { host } = await openTestHost();
    const { root, artifacts, runs, labs, rendered, engines } = host.directory;
    await plantArtifacts(host, [
      { kind: 'model', role: 'model', content: 'x'.repeat(40) },
      { kind: 'head', role: 'a', content: 'a'.repeat(5) },
      { kind: 'head', role: 'b', content: 'b'.repeat(6) },
    ]);
    await host.artifacts.put(Buffer.from('unknown'));
    write(join(artifacts, 'incoming', 'half'), 'h'.repeat(3));
    write(join(runs, 'abcd0123', 'checkpoints', 'state'), 'c'.repeat(20));
    write(join(runs, 'abcd0123', 'checkpoints', '.0.partial'), 'p');
    write(join(labs, 'program', 'lab', 'responses'), 'l'.repeat(2000));
    write(join(rendered, 'folder', 'a.png'), 'r'.repeat(30));
    write(join(engines, 'cpu-1', 'lib', 'library.so'), 'e'.repeat(90));
    write(join(engines, 'wheels-1', 'tensorflow.whl'), 'w'.repeat(80));
    write(join(engines, '.install-1', 'engine'), 'i'.repeat(2));
    write(join(root, 'notes.txt'), 'o'.repeat(9));

    let turns = 0;
    const work = { isDone: false };
    const others = (async () => {
      for (; !work.isDone; turns += 1) await nextTurn();
    })();
    const report = await host.storage.measure();
    work.isDone = true;
    await others;
    expect(turns).toBeGreaterThan(100);
    expect(report).toMatchObject({
      root,
      artifacts: [
        { kind: 'model', count: 1, bytes: 40 },
        { kind: 'head', count: 2, bytes: 11 },
        { kind: null, count: 1, bytes: 7 },
      ],
    });
    const parts = Object.fromEntries(report.parts.map(({ part, bytes }) => [part, bytes]));
    expect(parts).toMatchObject({ checkpoints: 20, labs: 2000, rendered: 30, engines: 90, wheels: 80 });
    expect(parts.temporary).toBe(3 + 1 + 2);
    expect(parts.catalog).toBeGreaterThan(4000);
    expect(report.freeBytes).toBeGreaterThan(0);
    const all = [...report.artifacts, ...report.parts].reduce((sum, { bytes }) => sum + bytes, 0);
    expect(report.totalBytes).toBe(all);
  });
});

describe('verifying artifacts', () => {
  it('names what is missing, altered or cut off, with the run that made it, the earliest first', async () => {
    const { host } = await openTestHost();
    const contents = ['whole', 'gone', 'changed', 'cut'];
    const { runId } = await plantArtifacts(
      host,
      contents.map((content) => ({ kind: 'model', role: content, label: `the ${content} one`, content })),
    );
    const pathOf = (content: string) => host.artifacts.pathOf(sha256(content));
    rmSync(pathOf('gone'));
    writeFileSync(pathOf('changed'), 'Changed');
    truncateSync(pathOf('cut'), 1);
    host.storage.verify();
    expect(() => host.storage.verify()).toThrow(expect.objectContaining({ code: 'job_under_way' }) as Error);
    const end = await endOf(host);
    expect(end).toMatchObject({ state: 'finished', result: { count: 4, bytes: 19, unlisted: 0 } });
    const { damaged } = (end as Extract<VerificationState, { state: 'finished' }>).result;
    const madeBy = { runId, title: 'planted' };
    expect(damaged).toHaveLength(3);
    expect(damaged).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ problem: 'missing', label: 'the gone one', madeBy }),
        expect.objectContaining({ problem: 'altered', label: 'the changed one', madeBy }),
        expect.objectContaining({ problem: 'altered', label: 'the cut one', madeBy }),
      ]),
    );
  });

  it('finds what a run has made again whole', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'weights' }]);
    writeFileSync(host.artifacts.pathOf(sha256('weights')), 'WEIGHTS');
    host.storage.verify();
    expect(await endOf(host)).toMatchObject({ result: { damaged: [{ problem: 'altered' }] } });
    await host.artifacts.put(Buffer.from('weights'));
    host.storage.verify();
    expect(await endOf(host)).toMatchObject({ result: { damaged: [] } });
  });

  it('can be stopped, and begun again', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'weights' }]);
    host.storage.verify();
    host.storage.verification.stop();
    expect(await endOf(host)).toEqual({ state: 'stopped' });
    host.storage.verify();
    expect(await endOf(host)).toMatchObject({ state: 'finished' });
    expect(existsSync(host.artifacts.pathOf(sha256('weights')))).toBe(true);
  });

  it('is stopped when the host closes', async () => {
    const { host, close } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'weights' }]);
    host.storage.verify();
    await close();
    expect(host.storage.verification.isRunning).toBe(false);
  });
});
