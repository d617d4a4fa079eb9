import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { LeftoverGroup } from '#contract/storage';
import type { Host } from '#host/open-host';
import { MANIFEST_NAME } from '#host/native-engine/find-native-engine';
import { makeOutputs, openTestHost, plantArtifacts, untilState } from '#test/support/host-fixture';
import { accuraciesAt, labSpec, renderSpec } from '#test/support/specs';
import { exampleManifest, root } from '#test/support/tiny-engine';

const DAY_MS = 24 * 60 * 60_000;

/** Makes a file that was last written long ago. */
function writeOld(path: string, content = 'left over', age = 2 * DAY_MS): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const then = new Date(Date.now() - age);
  utimesSync(path, then, then);
  return path;
}

/** Puts an artifact file into the store that the catalog knows nothing of. */
function writeUnknown(host: Host, content: string, age?: number): string {
  return writeOld(host.artifacts.pathOf(sha256(content)), content, age);
}

async function groupOf(host: Host, group: LeftoverGroup) {
  const { groups } = await host.storage.planCleaning();
  return groups.find((found) => found.group === group)!;
}

/** Removes everything of a group that is left over. */
async function clean(host: Host, ...groups: LeftoverGroup[]) {
  const { id } = await host.storage.planCleaning();
  return host.storage.clean(id, groups);
}

afterEach(() => void vi.unstubAllEnvs());

describe('what a cleaning takes', () => {
  it('is what was shown and confirmed, and nothing else', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const unknown = writeUnknown(host, 'unknown');
    const half = writeOld(join(host.artifacts.incoming, 'half'), 'half');
    const plan = await host.storage.planCleaning();
    expect(plan.groups.filter(({ count }) => count > 0)).toEqual([
      { group: 'temporary', count: 1, bytes: 4, blocked: null },
      { group: 'unreferenced', count: 1, bytes: 7, blocked: null },
    ]);
    expect([existsSync(unknown), existsSync(half)]).toEqual([true, true]);
    const later = writeUnknown(host, 'written after the plan');
    expect(await host.storage.clean(plan.id, ['unreferenced'])).toEqual({
      removed: { count: 1, bytes: 7 },
      kept: 0,
      failures: [],
    });
    expect([existsSync(unknown), existsSync(half), existsSync(later)]).toEqual([false, true, true]);
    expect(await host.artifacts.has(sha256('a result'))).toBe(true);
  });

  it('is asked for again when another plan was made since, or this one was carried out', async () => {
    const { host } = await openTestHost();
    const first = await host.storage.planCleaning();
    const second = await host.storage.planCleaning();
    await expect(host.storage.clean(first.id, ['labs'])).rejects.toMatchObject({ code: 'plan_outdated' });
    await host.storage.clean(second.id, ['labs']);
    await expect(host.storage.clean(second.id, ['labs'])).rejects.toMatchObject({ code: 'plan_outdated' });
  });

  it('leaves what does not have the name of an artifact, and links', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const notes = writeOld(join(host.directory.artifacts, 'ab', 'notes.txt'));
    const mine = writeOld(join(host.directory.root, 'mine.txt'));
    const link = host.artifacts.pathOf(sha256('linked'));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(mine, link);
    expect(await clean(host, 'temporary', 'unreferenced')).toMatchObject({ removed: { count: 0 } });
    expect([notes, mine, link].every(existsSync)).toBe(true);
  });
});

describe('artifact files that no run has announced', () => {
  it('are left while a run is under way, whatever their age', async () => {
    const { host, launcher } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const unknown = writeUnknown(host, 'unknown');
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    expect(await groupOf(host, 'unreferenced')).toMatchObject({
      count: 0,
      blocked: expect.stringMatching(/run is under way/) as string,
    });
    launcher.last.end('finished');
    await untilState(host, run.id, 'finished');
    expect(await groupOf(host, 'unreferenced')).toMatchObject({ count: 1, blocked: null });
    expect(existsSync(unknown)).toBe(true);
  });

  it('stay when a run that began after the plan finds one there already, and announces it', async () => {
    const { host, launcher } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const shared = writeUnknown(host, 'made before, made again');
    const plan = await host.storage.planCleaning();
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    const worker = launcher.last;
    // The writer finds the same bytes under their name, and leaves them there.
    const { id } = await host.artifacts.put(Buffer.from('made before, made again'));
    expect(await host.storage.clean(plan.id, ['unreferenced'])).toMatchObject({
      removed: { count: 0 },
      kept: 1,
    });
    worker.say({ type: 'artifact', artifactId: id, kind: 'model', role: 'm', label: 'm', sizeBytes: 23 });
    worker.end('finished');
    await untilState(host, run.id, 'finished');
    expect(existsSync(shared)).toBe(true);
    expect(await groupOf(host, 'unreferenced')).toMatchObject({ count: 0, blocked: null });
  });

  it('stay when they were announced between the plan and its execution', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const file = writeUnknown(host, 'late');
    const plan = await host.storage.planCleaning();
    await plantArtifacts(host, [{ kind: 'head', role: 'head', content: 'late' }]);
    expect(await host.storage.clean(plan.id, ['unreferenced'])).toMatchObject({ kept: 1 });
    expect(existsSync(file)).toBe(true);
  });

  it('stay while they are young: another clock, or a message on its way', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    writeUnknown(host, 'young', 60_000);
    expect(await groupOf(host, 'unreferenced')).toMatchObject({ count: 0 });
  });

  it('stay where the catalog knows no artifact at all: it may be the catalog that is lost', async () => {
    const { host } = await openTestHost();
    writeUnknown(host, 'a result of a catalog that was moved away');
    expect(await groupOf(host, 'unreferenced')).toMatchObject({
      count: 0,
      blocked: expect.stringMatching(/knows no artifact at all/) as string,
    });
  });
});

describe('half-written files', () => {
  it('of a running worker stay, also if it has not written for long; older ones go', async () => {
    const { host } = await openTestHost();
    const before = writeOld(join(host.artifacts.incoming, 'of-a-killed-worker'));
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    const own = join(host.artifacts.incoming, 'of-this-worker');
    writeFileSync(own, 'half');
    const atNoon = Date.now() + 3 * DAY_MS;
    vi.spyOn(Date, 'now').mockReturnValue(atNoon);
    try {
      expect(await clean(host, 'temporary')).toMatchObject({ removed: { count: 1 } });
    } finally {
      vi.restoreAllMocks();
    }
    expect([existsSync(before), existsSync(own)]).toEqual([false, true]);
  });

  it('of a run that is stopped go, its checkpoints stay', async () => {
    const { host, launcher } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    const folder = join(host.directory.runDirectory(run.id), 'checkpoints');
    const checkpoint = writeOld(join(folder, 'step-000000001.0123456789abcdef.checkpoint'));
    const half = writeOld(join(folder, '.01234567-89ab-cdef-0123-456789abcdef.partial'));
    expect(await groupOf(host, 'temporary')).toMatchObject({ count: 0 });
    launcher.last.exit({ code: 1, signal: null });
    await untilState(host, run.id, 'interrupted');
    expect(await clean(host, 'temporary', 'checkpoints')).toMatchObject({ removed: { count: 1 } });
    expect([existsSync(half), existsSync(checkpoint)]).toEqual([false, true]);
  });

  it('include folders whose removal broke off', async () => {
    const { host } = await openTestHost();
    const rest = join(host.directory.runs, '.removing-1');
    writeOld(join(rest, 'file'));
    await clean(host, 'temporary');
    expect(readdirSync(host.directory.runs)).toEqual([]);
  });
});

describe('checkpoints', () => {
  it('go only of runs that have finished or that nobody knows', async () => {
    const { host, launcher } = await openTestHost({ maxWorkers: 1 });
    const ids: Record<string, string> = {};
    for (const [seed, outcome] of (['finished', 'failed', 'cancelled'] as const).entries()) {
      const { run } = await host.runs.submit(renderSpec(seed), false);
      await untilState(host, run.id, 'running');
      launcher.last.end(outcome);
      await untilState(host, run.id, outcome);
      ids[outcome] = run.id;
    }
    const { run } = await host.runs.submit(renderSpec(9), false);
    await untilState(host, run.id, 'running');
    // What is removed when a run finishes has had its time.
    await sleep(20);
    for (const id of [...Object.values(ids), run.id, '0unknown', 'my notes']) {
      writeOld(join(host.directory.runDirectory(id), 'checkpoints', 'state'));
    }
    expect(await clean(host, 'checkpoints')).toMatchObject({ removed: { count: 2 } });
    expect(readdirSync(host.directory.runs).sort()).toEqual(
      [ids.failed, ids.cancelled, run.id, 'my notes'].sort(),
    );
  });

  it('stay while the worker of a finished run is still there', async () => {
    const { host, launcher } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    const file = writeOld(join(host.directory.runDirectory(run.id), 'state'));
    launcher.last.say({ type: 'end', outcome: 'finished', error: null });
    expect(await groupOf(host, 'checkpoints')).toMatchObject({ count: 0 });
    expect(existsSync(file)).toBe(true);
  });

  it('stay when their run was resumed after the plan', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    const file = writeOld(join(host.directory.runDirectory('0unknown'), 'state'));
    const plan = await host.storage.planCleaning();
    vi.spyOn(host.catalog.runs, 'stateOf').mockReturnValue('queued');
    expect(await host.storage.clean(plan.id, ['checkpoints'])).toMatchObject({ kept: 1 });
    expect(existsSync(file)).toBe(true);
  });
});

describe('what labs keep', () => {
  it('goes, unless the lab is open or was opened after the plan', async () => {
    const { host, launcher } = await openTestHost();
    const stop = new AbortController();
    const ask = (seed: number) => {
      const answers = host.labs.ask(labSpec({ seed }), accuraciesAt([0, 0]), stop.signal);
      answers.next().catch(() => undefined);
      const lab = launcher.last.requests.find((request) => request.type === 'lab')!;
      return writeOld(join(lab.labDirectory, 'engine', 'responses'));
    };
    const open = ask(1);
    const closed = writeOld(join(dirname(dirname(dirname(open))), 'closed', 'engine', 'responses'));
    // The first lab that opens removes by itself what other versions of the program have left.
    await sleep(20);
    const older = writeOld(join(host.directory.labs, 'older', 'lab', 'engine', 'responses'));
    const plan = await host.storage.planCleaning();
    expect(plan.groups.find(({ group }) => group === 'labs')).toMatchObject({ count: 2, bytes: 18 });
    expect(await host.storage.clean(plan.id, ['labs'])).toMatchObject({ removed: { count: 2 } });
    expect([open, closed, older].map(existsSync)).toEqual([true, false, false]);

    const soon = join(dirname(dirname(open)), '..', sha256('x').slice(0, 16));
    writeOld(join(soon, 'engine', 'responses'));
    const next = await host.storage.planCleaning();
    vi.spyOn(host.labs, 'openFolders').mockReturnValue([soon]);
    expect(await host.storage.clean(next.id, ['labs'])).toMatchObject({ kept: 1 });
    stop.abort();
  });
});

describe('engines', () => {
  const processor = cpus().at(0)?.model ?? 'unknown';

  async function openWithEngines() {
    // The test's host has no sources that an engine could be compiled from.
    const { host, launcher } = await openTestHost({ root });
    const place = (name: string, more: Parameters<typeof exampleManifest>[1]) =>
      writeOld(
        join(host.directory.engines, name, MANIFEST_NAME),
        JSON.stringify(exampleManifest('cpu', more)),
      );
    const files = {
      current: place('current', { processor }),
      old: place('old', { key: 'other', processor }),
      foreign: place('foreign', { key: 'third', processor: 'of another machine' }),
      wheel: writeOld(join(host.directory.engines, 'wheels-2.21.0', 'tensorflow_cpu.whl')),
    };
    return {
      host,
      launcher,
      files,
      left: () => Object.entries(files).flatMap(([k, f]) => (existsSync(f) ? [k] : [])),
    };
  }

  it('of other versions of the program and wheels go; those of another machine stay', async () => {
    const { host, left } = await openWithEngines();
    expect(await clean(host, 'engines', 'wheels')).toMatchObject({ removed: { count: 2 }, failures: [] });
    expect(left()).toEqual(['current', 'foreign']);
  });

  it('stay while a worker is there that may have one loaded, or where one is named by hand', async () => {
    const { host, launcher, left } = await openWithEngines();
    const { run } = await host.runs.submit(renderSpec(), false);
    await untilState(host, run.id, 'running');
    expect(await groupOf(host, 'engines')).toMatchObject({ count: 0 });
    launcher.last.end('finished');
    await untilState(host, run.id, 'finished');
    vi.stubEnv('TANGENT_NATIVE_ENGINE', join(host.directory.engines, 'old'));
    expect(await groupOf(host, 'engines')).toMatchObject({ count: 0 });
    expect(left()).toContain('old');
  });

  it('stay with their wheels while one is being installed, here or by another command', async () => {
    const { host, left } = await openWithEngines();
    const scratch = writeOld(join(host.directory.engines, '.install-x', 'engine', 'lib'), 'so', 60_000);
    const dead = writeOld(join(host.directory.engines, 'wheels-2.21.0', '.fetch-x', 'part'), 'part');
    for (const group of ['engines', 'wheels'] as const) {
      expect(await groupOf(host, group)).toMatchObject({
        count: 0,
        blocked: expect.stringMatching(/being installed/) as string,
      });
    }
    expect(await clean(host, 'temporary')).toMatchObject({ removed: { count: 0 } });
    utimesSync(scratch, 1, 1);
    expect(await clean(host, 'temporary', 'wheels')).toMatchObject({ removed: { count: 3 } });
    expect([existsSync(scratch), existsSync(dead)]).toEqual([false, false]);
    expect(left()).not.toContain('wheel');
  });
});

describe('a cleaning', () => {
  it('ends with the host: what it has not removed may be in use by the next one', async () => {
    const { host, close } = await openTestHost();
    const files = Array.from({ length: 50 }, (_, n) => writeOld(join(host.artifacts.incoming, `half-${n}`)));
    const { id } = await host.storage.planCleaning();
    const cleaning = host.storage.clean(id, ['temporary']);
    await close();
    expect((await cleaning).removed.count).toBeLessThan(50);
    expect(files.some(existsSync)).toBe(true);
  });

  it('leaves every output of a worker that writes and ends meanwhile', async () => {
    const { host } = await openTestHost({
      maxWorkers: 2,
      script: async (worker, request) => {
        await makeOutputs(worker, request, [
          { kind: 'model', role: 'model', content: `model ${request.runId}` },
          { kind: 'head', role: 'head', content: 'the same of all' },
        ]);
        worker.end('finished');
      },
    });
    await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'a result' }]);
    writeUnknown(host, 'the same of all');
    const work = { isDone: false };
    const cleaning = (async () => {
      // Age is no help here: what was written this moment looks old.
      const late = Date.now() + DAY_MS;
      vi.spyOn(Date, 'now').mockImplementation(() => late);
      while (!work.isDone) await clean(host, 'temporary', 'checkpoints', 'unreferenced');
    })();
    const runs = await Promise.all(
      Array.from({ length: 20 }, async (_, seed) => (await host.runs.submit(renderSpec(seed), false)).run),
    );
    for (const run of runs) await host.runs.settled(run.id);
    work.isDone = true;
    await cleaning;
    vi.restoreAllMocks();
    for (const run of runs) {
      expect(host.catalog.runs.get(run.id).state).toBe('finished');
      for (const { id } of host.catalog.artifacts.ofRun(run.id, 'output')) {
        expect(await host.artifacts.verify(id)).toBe('intact');
      }
    }
  });
});
