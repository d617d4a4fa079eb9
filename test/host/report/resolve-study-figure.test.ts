import { describe, expect, it } from 'vitest';
import type { FigureDocument, Mark } from '#contract/figure';
import { figureSourceSchema } from '#contract/report';
import type { RunSpec } from '#contract/specs/index';
import { planStudy } from '#host/benchmark/plan-study';
import { resolveFigure } from '#host/report/resolve-figure';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import { openTestHost, until } from '#test/support/host-fixture';
import { renderSpec } from '#test/support/specs';
import { sourcesOf } from './report-fixture';

/** The loss of a fine-tuning is its seed divided by the steps so far; linear ones are 10 above. */
const lossOf = (spec: RunSpec, step: number) =>
  spec.seed / (step + 1) + (spec.kind === 'finetune' && spec.params.mode === 'linear' ? 10 : 0);

/** Runs the small benchmark until it rests; runs that are left out fail. */
async function runBenchmark(isLeftOut: (spec: RunSpec) => boolean = () => false) {
  const work = benchmarkWorker(isLeftOut);
  const { host, dataDirectory } = await openTestHost({
    maxWorkers: 4,
    script: (worker, request) => {
      if (request.spec.kind === 'finetune') {
        for (const step of [0, 1]) {
          worker.say({ type: 'metric', name: 'loss', step, value: lossOf(request.spec, step) });
        }
      }
      return work(worker, request);
    },
  });
  writeStarterModel(dataDirectory);
  const { id } = host.studies.start(await planStudy(smallBenchmark(), unchosen, host));
  await until(host.studies.touched, () => host.studies.record(id).state !== 'running');
  const steps = host.catalog.studies.steps(id);
  const runOf = (stepId: string) => steps.get(stepId)!.runId;
  const resolve = (source: object) =>
    resolveFigure(figureSourceSchema.parse({ studyId: id, ...source }), 'deviation', sourcesOf(host));
  return { host, id, runOf, resolve };
}

function panelsOf({ body }: FigureDocument) {
  if (body.kind !== 'plots') throw new Error('no plots');
  return body.panels;
}

const barsOf = (figure: FigureDocument) =>
  panelsOf(figure).flatMap(({ marks }) =>
    marks.filter((mark): mark is Extract<Mark, { kind: 'bars' }> => mark.kind === 'bars'),
  );

describe('a figure of a study', () => {
  it('is made of the runs whose numbers are in it', async () => {
    const { runOf, resolve } = await runBenchmark();
    const methods = ['standard', 'posthoc', 'linear'];
    const steps = (edit: string, of = methods) =>
      of.flatMap((method) => [3, 5].map((seed) => `${edit}-${method}-seed${seed}`));
    const expected = [
      [{ kind: 'alpha', edit: 'addition' }, steps('add')],
      [{ kind: 'alpha', edit: 'negation' }, steps('negate')],
      [{ kind: 'advantage', against: 'linear' }, steps('add', ['standard', 'linear'])],
      [{ kind: 'accuracies', quantity: 'single-task' }, steps('add')],
      [{ kind: 'accuracies', quantity: 'added' }, steps('add')],
      [{ kind: 'accuracies', quantity: 'negated-target' }, ['add-standard-seed3', ...steps('negate')]],
      [{ kind: 'accuracies', quantity: 'negated-control' }, steps('negate')],
      [{ kind: 'accuracies', quantity: 'random-init' }, ['add-random-standard']],
      [
        { kind: 'training' },
        ['signs', 'digits'].flatMap((task) =>
          ['standard', 'linear'].flatMap((mode) =>
            [3, 5].map((seed) => `finetune-${mode}-${task}-seed${seed}`),
          ),
        ),
      ],
    ] as const;
    for (const [source, stepIds] of expected) {
      const { content, origins } = await resolve(source);
      expect(
        origins.map(({ runId }) => runId),
        content.id,
      ).toEqual(stepIds.map(runOf));
    }
  });

  it('shows the numbers of its artifacts and metrics, by the names of the benchmark', async () => {
    const { resolve } = await runBenchmark();
    const added = (await resolve({ kind: 'accuracies', quantity: 'added' })).content;
    expect(panelsOf(added)[0].x).toMatchObject({ categories: ['signs', 'digits', 'average'] });
    const rounded = (figure: FigureDocument) =>
      barsOf(figure).map(({ name, values }) => [name, ...values.map((value) => Math.round(value!))]);
    expect(rounded(added)).toEqual([
      ['Pre-trained', 40, 40, 40],
      ['Non-linear FT', 70, 70, 70],
      ['Post-hoc linearized', 70, 70, 70],
      ['Linear FT', 70, 70, 70],
    ]);
    const negated = (await resolve({ kind: 'accuracies', quantity: 'negated-target' })).content;
    expect(rounded(negated)[1]).toEqual(['Non-linear FT', 20, 20, 20]);

    const panels = panelsOf((await resolve({ kind: 'training' })).content);
    expect(panels.map(({ title }) => title)).toEqual(['signs', 'digits']);
    for (const { marks } of panels) {
      expect(marks).toMatchObject([
        { name: 'Non-linear FT', x: [0, 1], y: [4, 2] },
        { name: 'Linear FT', x: [0, 1], y: [14, 12] },
      ]);
      const [line] = marks;
      if (line.kind !== 'line') throw new Error('no line');
      // Seeds 3 and 5: the deviation is √2.
      expect(line.high![0] - 4).toBeCloseTo(Math.SQRT2, 12);
    }

    // Others have published linear fine-tuning only.
    const clouds = async (against: string) =>
      panelsOf((await resolve({ kind: 'advantage', against })).content)[0].marks.flatMap((mark) =>
        mark.kind === 'points' ? [`${mark.name} ${mark.shape} ${mark.isOpen}`] : [],
      );
    expect(await clouds('posthoc')).toEqual(['ours circle false']);
    expect(await clouds('linear')).toEqual([
      expect.stringMatching(/^published, ViT-.* diamond true$/),
      'ours circle false',
    ]);
  });

  it('shows what there is so far, and says what is not there', async () => {
    const { resolve, runOf } = await runBenchmark(
      (spec) =>
        spec.kind === 'edit-negate' ||
        (spec.kind === 'edit-add' && spec.params.mode === 'linear') ||
        (spec.kind === 'finetune' && spec.params.mode === 'linear' && spec.seed === 5),
    );
    const { content, origins } = await resolve({ kind: 'accuracies', quantity: 'added' });
    expect(barsOf(content).map(({ name }) => name)).toEqual([
      'Pre-trained',
      'Non-linear FT',
      'Post-hoc linearized',
    ]);
    expect(origins.map(({ runId }) => runId)).toContain(runOf('add-posthoc-seed5'));
    expect((await resolve({ kind: 'training' })).content.caption).toContain('1 to 2 seeds');
    const nothing = (part: string) => ({
      code: 'nothing_to_show',
      message: expect.stringContaining(part) as string,
    });
    await expect(resolve({ kind: 'alpha', edit: 'negation' })).rejects.toMatchObject(
      nothing('the negation of tasks'),
    );
    await expect(resolve({ kind: 'advantage', against: 'linear' })).rejects.toMatchObject(
      nothing('standard and linear'),
    );
    await expect(resolve({ kind: 'training', metric: 'valTop1' })).rejects.toMatchObject(nothing('valTop1'));
  });

  it('is refused for a study that is not there or is no benchmark', async () => {
    const { host } = await openTestHost();
    const graph = {
      format: 'tangent-study/1' as const,
      name: 'own',
      title: 'Own',
      description: '',
      steps: [{ id: 'draw', title: 'Draw', spec: renderSpec() }],
    };
    const { id } = host.catalog.studies.findOrInsert('own1', graph, 'hash', 1);
    const resolve = (source: object) =>
      resolveFigure(figureSourceSchema.parse(source), 'interval', sourcesOf(host));
    const none = { kind: 'training', studyId: 'none' };
    await expect(resolve(none)).rejects.toMatchObject({ code: 'unknown_study' });
    const training = { kind: 'training', studyId: id };
    await expect(resolve(training)).rejects.toMatchObject({ code: 'nothing_to_show' });
    const alpha = { kind: 'alpha', studyId: id, edit: 'addition' };
    await expect(resolve(alpha)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
