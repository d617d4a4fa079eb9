import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { AppError, toPlainError } from '#contract/errors';
import type { StudyRecord } from '#contract/records';
import type { RenderedFolder } from '#contract/results';
import type { StudyGraph, StudyStep } from '#contract/study-template';
import type { Host } from '#host/open-host';
import { makeOutputs, openTestHost, until } from '#test/support/host-fixture';
import type { WorkerScript } from '#test/support/scripted-launcher';
import { renderSpec } from '#test/support/specs';

function importStep(id: string, source: Record<string, unknown> = {}): StudyStep {
  return {
    id,
    title: `Import ${id}`,
    spec: {
      kind: 'import-dataset',
      specVersion: 1,
      params: {
        folder: `/data/${id}`,
        fingerprint: sha256(id),
        name: id,
        valFraction: 0.1,
        valCap: 10,
        onUnreadable: 'fail',
        ...source,
      },
      inputs: {},
      seed: 0,
    },
  };
}

function headStep(
  id: string,
  of: string,
  changes: { output?: string; featureSize?: number } = {},
): StudyStep {
  return {
    id,
    title: `Head for ${of}`,
    spec: {
      kind: 'class-head',
      specVersion: 1,
      params: { featureSize: changes.featureSize ?? 8, logitScale: 20 },
      inputs: { dataset: { $output: changes.output ?? 'dataset', of } },
      seed: 0,
    },
  };
}

function template(...steps: StudyStep[]): StudyGraph {
  return { format: 'tangent-study/1', name: 'test', title: 'Test', description: '', steps };
}

const failure = toPlainError(new AppError('dataset_layout', 'There is no train folder.'));

/** Does what each kind of run does, at once; imports whose names are given fail. */
function works(failing: ReadonlySet<string> = new Set()): WorkerScript {
  return async (worker, request) => {
    const { spec } = request;
    if (spec.kind === 'import-dataset') {
      if (failing.has(spec.params.name)) {
        worker.end('failed', failure);
        return;
      }
      await makeOutputs(worker, request, [
        { kind: 'dataset', role: 'dataset', label: spec.params.name, content: `images ${spec.params.name}` },
      ]);
    } else if (spec.kind === 'class-head') {
      const content = `rows for ${spec.inputs.dataset}`;
      await makeOutputs(worker, request, [{ kind: 'head', role: 'head', content }]);
    } else {
      mkdirSync(join(request.renderedDirectory, '0', 'signs'), { recursive: true });
      const folder: RenderedFolder = {
        format: 'tangent-rendered-folder/1',
        tasks: [{ name: 'signs', folder: '0/signs', fingerprint: sha256('drawn'), fileCount: 6 }],
      };
      const content = JSON.stringify(folder);
      await makeOutputs(worker, request, [{ kind: 'rendered-folder', role: 'folders', content }]);
    }
    worker.end('finished');
  };
}

async function restOf(host: Host, studyId: string): Promise<StudyRecord> {
  await until(host.studies.touched, () => host.studies.record(studyId).state !== 'running');
  return host.studies.record(studyId);
}

function statesOf(study: StudyRecord): Record<string, string> {
  return Object.fromEntries(study.steps.map(({ id, state }) => [id, state]));
}

const twoTasks = template(
  importStep('digits'),
  importStep('shapes'),
  headStep('head-digits', 'digits'),
  headStep('head-shapes', 'shapes'),
);

describe('StudyRunner', () => {
  it('runs independent steps at once, and dependents when their inputs are there', async () => {
    const { host, launcher } = await openTestHost({ maxWorkers: 4 });
    const { id } = host.studies.start(twoTasks);
    await until(host.runTouched, () => launcher.alive === 2);
    expect(statesOf(host.studies.record(id))).toEqual({
      digits: 'running',
      shapes: 'running',
      'head-digits': 'waiting',
      'head-shapes': 'waiting',
    });
    const [digits] = launcher.workers;
    const content = 'images digits';
    await makeOutputs(digits, digits.start, [{ kind: 'dataset', role: 'dataset', content }]);
    digits.end('finished');
    await until(host.runTouched, () => launcher.workers.length === 3);
    expect(launcher.last.start.spec).toMatchObject({
      kind: 'class-head',
      inputs: { dataset: sha256(content) },
    });
    expect(host.studies.record(id).steps[3]).toMatchObject({ state: 'waiting', runId: null });
  });

  it('finishes, and says what each step has become and what it waited for', async () => {
    const { host } = await openTestHost({ script: works() });
    const started = host.studies.start(twoTasks);
    expect(started).toMatchObject({ state: 'running', template: 'test', title: 'Test', error: null });
    const study = await restOf(host, started.id);
    expect(study.state).toBe('finished');
    expect(study.steps[2]).toMatchObject({ dependsOn: ['digits'], state: 'finished', reused: false });
    for (const { runId, kind } of study.steps) expect(host.catalog.runs.get(runId!).kind).toBe(kind);
    expect(host.catalog.studies.get(study.id).state).toBe('finished');
  });

  it('gives a drawn folder to the step that imports it', async () => {
    const { host } = await openTestHost({ script: works() });
    const refer = (property: string) => ({ $renderedFolder: 'signs', of: 'render', property });
    const { id } = host.studies.start(
      template(
        { id: 'render', title: 'Draw', spec: renderSpec() },
        importStep('shapes', { folder: refer('folder'), fingerprint: refer('fingerprint') }),
      ),
    );
    const study = await restOf(host, id);
    expect(study.state).toBe('finished');
    expect(host.catalog.runs.spec(study.steps[1].runId!)).toMatchObject({
      params: { path: join(host.directory.rendered, '0', 'signs'), fingerprint: sha256('drawn') },
    });
  });

  it('never starts what depends on a failed step, and goes on with the others', async () => {
    const { host } = await openTestHost({ script: works(new Set(['digits'])) });
    const { id } = host.studies.start(twoTasks);
    const study = await restOf(host, id);
    expect(study).toMatchObject({ state: 'stopped', error: null });
    expect(statesOf(study)).toEqual({
      digits: 'failed',
      shapes: 'finished',
      'head-digits': 'waiting',
      'head-shapes': 'finished',
    });
    expect(host.catalog.runs.get(study.steps[0].runId!).error).toEqual(failure);
  });

  it('continues the same study where it stopped: what failed is resumed, what finished is reused', async () => {
    const failing = new Set(['digits']);
    const { host, launcher } = await openTestHost({ script: works(failing) });
    const { id } = host.studies.start(twoTasks);
    const first = await restOf(host, id);
    const workersBefore = launcher.workers.length;
    failing.clear();
    expect(host.studies.start(twoTasks).id).toBe(id);
    const second = await restOf(host, id);
    expect(second.state).toBe('finished');
    expect(launcher.workers.length - workersBefore).toBe(2);
    expect(second.steps.map(({ reused }) => reused)).toEqual([false, true, false, true]);
    expect(second.steps[0].runId).toBe(first.steps[0].runId);
    expect(host.catalog.runs.get(first.steps[0].runId!).attempt).toBe(2);
  });

  it('submits nothing new for a study that has finished', async () => {
    const { host, launcher } = await openTestHost({ script: works() });
    const { id } = host.studies.start(twoTasks);
    const first = await restOf(host, id);
    const { workers } = launcher;
    const workersBefore = workers.length;
    expect(host.studies.start(twoTasks).id).toBe(id);
    const second = await restOf(host, id);
    expect(workers).toHaveLength(workersBefore);
    expect(second.steps.map(({ runId }) => runId)).toEqual(first.steps.map(({ runId }) => runId));
    expect(second.steps.every(({ reused }) => reused)).toBe(true);
    expect(host.catalog.studies.list()).toHaveLength(1);
  });

  it('does not drive a study twice at once', async () => {
    const { host, launcher } = await openTestHost({ script: works() });
    let told = 0;
    host.studies.touched.subscribe(() => (told += 1));
    const { id } = host.studies.start(twoTasks);
    expect(host.studies.start(twoTasks).id).toBe(id);
    await restOf(host, id);
    expect(launcher.workers).toHaveLength(twoTasks.steps.length);
    // When a step is submitted, when it has settled, and once at the end.
    expect(told).toBe(2 * twoTasks.steps.length + 1);
  });

  it('makes one run of two steps with the same spec', async () => {
    const { host, launcher } = await openTestHost({ script: works() });
    const twin = { ...importStep('digits'), id: 'digits-again' };
    const study = await restOf(host, host.studies.start(template(importStep('digits'), twin)).id);
    expect(study.state).toBe('finished');
    expect(study.steps[0].runId).toBe(study.steps[1].runId);
    expect(launcher.workers).toHaveLength(1);
  });

  it.each([
    [
      'is not valid once its inputs are there',
      headStep('head', 'digits', { featureSize: 0 }),
      /params\.featureSize/,
    ],
    [
      'refers to an output that was not made',
      headStep('head', 'digits', { output: 'labels' }),
      /no output labels/,
    ],
  ])('stops with the reason when a step %s, after the others', async (_, broken, reason) => {
    const { host } = await openTestHost({ script: works() });
    const { id } = host.studies.start(template(importStep('digits'), broken, headStep('other', 'digits')));
    const study = await restOf(host, id);
    expect(study).toMatchObject({ state: 'stopped', error: { code: 'invalid_spec' } });
    expect(study.error?.message).toMatch(reason);
    expect(statesOf(study)).toEqual({ digits: 'finished', head: 'waiting', other: 'finished' });
  });

  it('is stopped when the host has closed, and continues its interrupted run after the next start', async () => {
    const first = await openTestHost();
    const { id } = first.host.studies.start(twoTasks);
    await until(first.host.runTouched, () => first.launcher.alive === 2);
    await first.close();

    const { host } = await openTestHost({ dataDirectory: first.dataDirectory, script: works() });
    const stopped = host.studies.record(id);
    expect(stopped.state).toBe('stopped');
    expect(statesOf(stopped)).toMatchObject({ digits: 'interrupted', shapes: 'interrupted' });
    expect(host.studies.start(twoTasks).id).toBe(id);
    const finished = await restOf(host, id);
    expect(finished.state).toBe('finished');
    expect(finished.steps[0].runId).toBe(stopped.steps[0].runId);
  });

  it('stops when it is told to: cancels what is under way, begins nothing more, and can be continued', async () => {
    const { host, launcher } = await openTestHost();
    const { id } = host.studies.start(twoTasks);
    await until(host.runTouched, () => launcher.alive === 2);
    expect(host.studies.stop(id).state).toBe('running');
    for (const worker of launcher.workers) worker.end('cancelled');
    const study = await restOf(host, id);
    expect(study.state).toBe('stopped');
    expect(Object.values(statesOf(study))).toEqual(['cancelled', 'cancelled', 'waiting', 'waiting']);
    expect(launcher.workers).toHaveLength(2);
    expect(host.studies.stop(id).state).toBe('stopped');
    host.studies.start(twoTasks);
    await until(host.runTouched, () => launcher.workers.length === 4);
  });

  it('leaves a run alone that another study waits for when it stops', async () => {
    const { host, launcher } = await openTestHost();
    const { id } = host.studies.start(template(importStep('digits')));
    const other = host.studies.start(template(importStep('digits'), importStep('shapes')));
    await until(host.runTouched, () => launcher.alive === 2);
    host.studies.stop(other.id);
    const [digits, shapes] = host.studies.record(other.id).steps;
    const { runs } = host.catalog;
    expect([runs.get(digits.runId!).state, host.studies.record(id).state]).toEqual(['running', 'running']);
    launcher.workers[1].end('cancelled');
    await until(host.runTouched, () => runs.get(shapes.runId!).state === 'cancelled');
  });

  it('foresees which steps have been done, and how long the others will take by what their kind took', async () => {
    const { host } = await openTestHost({ script: works(new Set(['shapes'])) });
    const before = await host.studies.foresee(twoTasks.steps);
    expect(before.estimate).toBeNull();
    expect(before.steps.every(({ state }) => state === 'waiting')).toBe(true);
    await restOf(host, host.studies.start(twoTasks).id);
    const { steps, estimate } = await host.studies.foresee(twoTasks.steps);
    expect(steps.map(({ reused }) => reused)).toEqual([true, false, true, false]);
    expect(steps[3]).toMatchObject({ state: 'waiting', runId: null, dependsOn: ['shapes'] });
    expect(estimate?.stepCount).toBe(2);
  });
});
