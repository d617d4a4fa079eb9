import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import { trainingFigure, type TrainingCurves } from '#report/figures/training-figure';
import type { Resolved } from '#report/report-content';
import { benchmarkStepIds as ids } from '../benchmark/step-ids';
import { finishedRuns } from '../benchmark/finished-runs';
import { originsOf } from './origins-of';
import type { ReportSources } from './report-sources';

/**
 * Makes a figure of a metric of all finished fine-tunings of a benchmark from its pre-trained model.
 *
 * @throws {AppError} `unknown_study`; `nothing_to_show` if the study is no benchmark or none has measured it
 */
export function resolveTraining(
  { studyId, metric }: Extract<FigureSource, { kind: 'training' }>,
  spread: SpreadKind,
  { catalog }: ReportSources,
): Resolved<FigureDocument> {
  const { benchmark } = catalog.studies.get(studyId).template;
  if (benchmark === undefined) {
    throw new AppError(
      'nothing_to_show',
      `The study ${studyId} is no benchmark: choose its runs one by one.`,
      {
        studyId,
      },
    );
  }
  const runOf = finishedRuns(studyId, catalog);
  const runIds: string[] = [];
  const curves = benchmark.tasks.flatMap(({ name }) =>
    (['standard', 'linear'] as const).flatMap((mode): TrainingCurves[] => {
      const seeds = benchmark.seeds.flatMap((seed) => {
        const runId = runOf.get(ids.finetune(mode, name, seed));
        if (runId === undefined) return [];
        const points = catalog.events.metrics(runId).filter((point) => point.name === metric);
        if (points.length === 0) return [];
        runIds.push(runId);
        return [points];
      });
      return seeds.length === 0 ? [] : [{ task: name, mode, seeds }];
    }),
  );
  if (curves.length === 0) {
    throw new AppError(
      'nothing_to_show',
      `No fine-tuning of the study ${studyId} has finished with ${metric}.`,
      {
        studyId,
        metric,
      },
    );
  }
  const chosen = benchmark.model.from === 'starter' ? null : benchmark.model.artifact;
  const model = chosen === null ? 'starter' : catalog.artifacts.find(chosen).label;
  const tasks = benchmark.tasks.map(({ name }) => name);
  return {
    content: trainingFigure({ model, metric, tasks, curves }, spread),
    origins: originsOf(runIds, catalog),
  };
}
