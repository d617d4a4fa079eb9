import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { RenderedFolder } from '#contract/results';
import type { RunSpec } from '#contract/specs/index';
import type { Host } from '#host/open-host';
import { addRun } from '#test/support/catalog-fixture';
import { makeOutputs, openTestHost, plantArtifacts, untilState } from '#test/support/host-fixture';
import type { WorkerScript } from '#test/support/scripted-launcher';
import { finetuneSpec, renderSpec } from '#test/support/specs';
import { retiredSpecs } from '#test/support/stored-specs';

const inputs = [
  { kind: 'model', role: 'model', label: 'small ViT', content: 'weights' },
  { kind: 'dataset', role: 'dataset', label: 'digits', content: 'images' },
  { kind: 'head', role: 'head', label: 'digits head', content: 'rows' },
] as const;

/** A spec whose inputs {@link inputs} provide. */
function spec() {
  return finetuneSpec({ model: sha256('weights'), dataset: sha256('images'), head: sha256('rows') });
}

/** Makes a task vector and finishes. */
const trains: WorkerScript = async (worker, request) => {
  await makeOutputs(worker, request, [{ kind: 'task-vector', role: 'taskVector', content: 'vector' }]);
  worker.end('finished');
};

const draws: WorkerScript = async (worker, request) => {
  mkdirSync(join(request.renderedDirectory, 'signs-0', 'train'), { recursive: true });
  const folder: RenderedFolder = {
    format: 'tangent-rendered-folder/1',
    tasks: [{ name: 'signs', folder: 'signs-0', fingerprint: sha256('signs'), fileCount: 6 }],
  };
  await makeOutputs(worker, request, [
    { kind: 'rendered-folder', role: 'rendered', content: JSON.stringify(folder) },
  ]);
  worker.end('finished');
};

async function finishOne(host: Host) {
  const { run } = await host.runs.submit(spec(), true);
  return host.runs.settled(run.id);
}

describe('RunService.submit', () => {
  it('names an input that the catalog does not know', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, inputs.slice(0, 2));
    await expect(host.runs.submit(spec(), false)).rejects.toMatchObject({
      code: 'unknown_artifact',
      data: { artifactId: sha256('rows') },
    });
    expect(host.catalog.runs.queued()).toEqual([]);
  });

  it('names an input of the wrong kind and where it is used', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, inputs);
    await expect(
      host.runs.submit({ ...spec(), inputs: { ...spec().inputs, head: sha256('weights') } }, false),
    ).rejects.toMatchObject({
      code: 'wrong_artifact_kind',
      data: { role: 'head', artifactId: sha256('weights'), expected: 'head', actual: 'model' },
    });
  });

  it('titles a run by the labels of its inputs, and notes what it reads', async () => {
    const { host } = await openTestHost();
    await plantArtifacts(host, inputs);
    const { run } = await host.runs.submit(spec(), false);
    expect(run).toMatchObject({ state: 'running', title: 'Fine-tune on digits (linear)' });
    const detail = host.runs.detail(run.id);
    expect(detail.spec).toEqual(spec());
    expect(detail.inputs.map(({ role, label }) => [role, label])).toEqual([
      ['dataset', 'digits'],
      ['head', 'digits head'],
      ['model', 'small ViT'],
    ]);
  });

  it('returns a finished run of the same spec, and computes anew only when told to', async () => {
    const { host, launcher } = await openTestHost({ script: trains });
    await plantArtifacts(host, inputs);
    const first = await finishOne(host);
    expect(await host.runs.submit(spec(), true)).toEqual({ run: first, reused: true });
    expect(launcher.workers).toHaveLength(1);
    const again = await host.runs.submit(spec(), false);
    expect(again.reused).toBe(false);
    expect(again.run.id).not.toBe(first.id);
    await host.runs.settled(again.run.id);
  });

  it('does not take a run of another seed for the same', async () => {
    const { host } = await openTestHost({ script: trains });
    await plantArtifacts(host, inputs);
    const first = await finishOne(host);
    const { run, reused } = await host.runs.submit({ ...spec(), seed: 1 }, true);
    expect({ isSame: run.id === first.id, reused }).toEqual({ isSame: false, reused: false });
    await host.runs.settled(run.id);
  });

  it('computes anew what has lost an output file', async () => {
    const { host } = await openTestHost({ script: trains });
    await plantArtifacts(host, inputs);
    const first = await finishOne(host);
    rmSync(host.artifacts.pathOf(sha256('vector')));
    const { run, reused } = await host.runs.submit(spec(), true);
    expect({ isSame: run.id === first.id, reused }).toEqual({ isSame: false, reused: false });
    expect((await host.runs.settled(run.id)).state).toBe('finished');
    expect(await host.artifacts.verify(sha256('vector'))).toBe('intact');
    expect((await host.runs.submit(spec(), true)).reused).toBe(true);
  });

  it('draws a folder again that was deleted', async () => {
    const { host, launcher } = await openTestHost({ script: draws });
    const { run } = await host.runs.submit(renderSpec(), true);
    await host.runs.settled(run.id);
    expect((await host.runs.submit(renderSpec(), true)).reused).toBe(true);
    rmSync(join(host.directory.rendered, 'signs-0'), { recursive: true });
    const again = await host.runs.submit(renderSpec(), true);
    expect(again.reused).toBe(false);
    await host.runs.settled(again.run.id);
    expect(launcher.workers).toHaveLength(2);
  });

  it('draws folders again whose record was altered', async () => {
    const { host } = await openTestHost({ script: draws });
    const { run } = await host.runs.submit(renderSpec(), true);
    await host.runs.settled(run.id);
    const [output] = host.runs.detail(run.id).outputs;
    writeFileSync(host.artifacts.pathOf(output.id), '{}');
    const again = await host.runs.submit(renderSpec(), true);
    expect(again.reused).toBe(false);
    await host.runs.settled(again.run.id);
  });

  it('joins a run that is under way', async () => {
    const { host, launcher } = await openTestHost({ maxWorkers: 1 });
    const running = await host.runs.submit(renderSpec(1), true);
    const queued = await host.runs.submit(renderSpec(2), true);
    for (const { run } of [running, queued]) {
      const spec = host.catalog.runs.spec(run.id);
      expect(await host.runs.submit(spec, true)).toEqual({ run, reused: true });
    }
    expect(launcher.workers).toHaveLength(1);
    expect(host.catalog.runs.count()).toBe(2);
  });

  it('makes one run of equal requests that come at once', async () => {
    const { host } = await openTestHost();
    const submitted = await Promise.all([1, 2, 3].map(async () => host.runs.submit(renderSpec(), true)));
    expect(new Set(submitted.map(({ run }) => run.id)).size).toBe(1);
    expect(submitted.map(({ reused }) => reused)).toEqual([false, true, true]);
  });

  it('joins a run that is under way rather than resume a newer one that was stopped', async () => {
    const { host } = await openTestHost({ maxWorkers: 1 });
    const { run: running } = await host.runs.submit(renderSpec(), false);
    const { run: cancelled } = await host.runs.submit(renderSpec(), false);
    host.runs.cancel(cancelled.id);
    expect(await host.runs.submit(renderSpec(), true)).toEqual({ run: running, reused: true });
  });

  it('continues a run that was stopped', async () => {
    const { host, launcher } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(), true);
    launcher.last.exit({ code: 1, signal: null });
    const again = await host.runs.submit(renderSpec(), true);
    expect(again).toMatchObject({
      run: { id: run.id, attempt: 2, state: 'running', error: null },
      reused: false,
    });
    expect(launcher.last.start.runDirectory).toBe(launcher.workers[0].start.runDirectory);
  });
});

describe('RunService.resume', () => {
  it.each(['failed', 'cancelled'] as const)('queues a run again that was %s', async (outcome) => {
    const { host, launcher } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(), false);
    launcher.last.end(outcome);
    expect(host.runs.resume(run.id)).toMatchObject({ attempt: 2, state: 'running' });
  });

  it('refuses a run that is queued, running or finished', async () => {
    const { host, launcher } = await openTestHost({ maxWorkers: 1 });
    const { run: running } = await host.runs.submit(renderSpec(1), false);
    const { run: queued } = await host.runs.submit(renderSpec(2), false);
    const refusal = (runId: string) =>
      expect.objectContaining({ code: 'wrong_state', data: { runId } }) as Error;
    for (const { id } of [running, queued]) expect(() => host.runs.resume(id)).toThrow(refusal(id));
    launcher.last.end('finished');
    expect(() => host.runs.resume(running.id)).toThrow(refusal(running.id));
    expect(host.catalog.runs.get(running.id).attempt).toBe(1);
  });
});

describe('RunService.settled', () => {
  it('resolves at once for a run that has settled, and else when it does', async () => {
    const { host, launcher } = await openTestHost();
    const { run } = await host.runs.submit(renderSpec(), false);
    const waiting = host.runs.settled(run.id);
    launcher.last.say({ type: 'log', level: 'info', message: 'not yet' });
    launcher.last.end('failed');
    expect((await waiting).state).toBe('failed');
    expect((await host.runs.settled(run.id)).state).toBe('failed');
  });
});

describe('RunService.recover', () => {
  it('marks what a dead host left running as interrupted, and only that', async () => {
    const { host } = await openTestHost();
    const orphan = addRun(host.catalog);
    const queued = addRun(host.catalog);
    host.catalog.runs.markRunning(orphan.id, Date.now());
    expect(host.runs.recover(['running'])).toBe(1);
    expect(host.catalog.runs.get(orphan.id)).toMatchObject({
      state: 'interrupted',
      error: { code: 'run_interrupted', data: { runId: orphan.id } },
    });
    expect(host.catalog.runs.get(queued.id).state).toBe('queued');
    host.runs.resume(orphan.id);
    await untilState(host, orphan.id, 'running');
  });

  it('counts the time until the run last said something, not until somebody looked', async () => {
    const { host } = await openTestHost();
    const { id } = addRun(host.catalog);
    host.catalog.runs.markRunning(id, 10_000_000_000_000);
    const body = { type: 'log', level: 'info', message: 'alive' } as const;
    host.catalog.events.append({ runId: id, sequence: 1, attempt: 1, at: 10_000_000_003_000, body });
    host.runs.recover(['running']);
    expect(host.catalog.runs.get(id)).toMatchObject({ elapsedMs: 3000, endedAt: 10_000_000_003_000 });
  });
});

describe('a run whose specification is retired', () => {
  it.each(retiredSpecs)('can be looked at, and says why it cannot be executed: $name', async ({ spec }) => {
    const { host, launcher } = await openTestHost();
    const { id } = addRun(host.catalog, spec as unknown as RunSpec);
    expect(host.runs.detail(id)).toMatchObject({ id, kind: spec.kind, spec: null });
    host.scheduler.pump();
    await untilState(host, id, 'failed');
    expect(host.catalog.runs.get(id).error).toMatchObject({ code: 'retired_spec', kind: 'user' });
    expect(launcher.workers).toEqual([]);
  });
});
