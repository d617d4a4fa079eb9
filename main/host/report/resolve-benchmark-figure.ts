import type { Benchmark } from '#contract/benchmark';
import type { BenchmarkSummary } from '#contract/benchmark-summary';
import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import { comparePublished } from '#report/compare-published';
import { accuraciesFigure } from '#report/figures/accuracies-figure';
import { advantageFigure } from '#report/figures/advantage-figure';
import { alphaFigure } from '#report/figures/alpha-figure';
import type { Resolved } from '#report/report-content';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { collectResults } from '../benchmark/collect-results';
import { benchmarkStepIds as ids } from '../benchmark/step-ids';
import { readReferenceNumbers } from '../reference-numbers';
import { finishedRuns } from '../benchmark/finished-runs';
import { originsOf } from './origins-of';
import type { ReportSources } from './report-sources';

type BenchmarkSource = Extract<FigureSource, { kind: 'advantage' | 'alpha' | 'accuracies' }>;

/**
 * Makes a figure of what a benchmark has measured so far.
 *
 * @throws {AppError} `unknown_study`; `nothing_to_show` if it has not measured this, `study_unmeasured` if nothing;
 *   `invalid_input` if the study is no benchmark
 */
export async function resolveBenchmarkFigure(
  source: BenchmarkSource,
  spread: SpreadKind,
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  const study = sources.catalog.studies.get(source.studyId);
  const results = await collectResults(study, sources);
  const summary = summarizeBenchmark(results);
  const content = drawFigure(source, summary, spread, () =>
    comparePublished(results, summary, readReferenceNumbers(sources.directory)).at(0),
  );
  if (content === null) {
    throw new AppError(
      'nothing_to_show',
      `The study ${study.id} has not measured ${whatIsMissing(source)} yet.`,
      {
        studyId: study.id,
      },
    );
  }
  return {
    content,
    origins: originsOf(runsBehind(source, study.template.benchmark!, sources), sources.catalog),
  };
}

function drawFigure(
  source: BenchmarkSource,
  summary: BenchmarkSummary,
  spread: SpreadKind,
  published: () => ReturnType<typeof comparePublished>[number] | undefined,
): FigureDocument | null {
  switch (source.kind) {
    case 'advantage': {
      const { against } = source;
      if (!summary.advantages.some((advantage) => advantage.against === against)) return null;
      // Others have published linear fine-tuning only.
      return advantageFigure(summary, against, against === 'linear' ? (published() ?? null) : null);
    }
    case 'alpha': {
      const { edit } = source;
      return summary.methods.some((method) => method[edit] !== null)
        ? alphaFigure(summary, edit, spread)
        : null;
    }
    case 'accuracies':
      return accuraciesFigure(summary, source.quantity, spread);
  }
}

function whatIsMissing(source: BenchmarkSource): string {
  switch (source.kind) {
    case 'advantage':
      return `single-task models of both methods (standard and ${source.against}) with the same seed`;
    case 'alpha':
      return `the ${source.edit} of tasks`;
    case 'accuracies':
      return {
        'single-task': 'single-task models',
        added: 'the addition of tasks',
        'negated-target': 'the negation of tasks',
        'negated-control': 'the negation of tasks',
        'random-init': 'the addition of tasks from a random initialization',
      }[source.quantity];
  }
}

/** The finished runs whose numbers are in a figure. */
function runsBehind(
  source: BenchmarkSource,
  { methods, seeds, randomInit }: Benchmark,
  { catalog }: ReportSources,
): string[] {
  const runOf = finishedRuns(source.studyId, catalog);
  const finished = (stepId: string): string[] => {
    const runId = runOf.get(stepId);
    return runId === undefined ? [] : [runId];
  };
  const each = (of: readonly string[], read: (method: string, seed: number) => string[]) =>
    of.flatMap((method) => seeds.flatMap((seed) => read(method, seed)));
  const add = (method: string, seed: number) => finished(ids.add(method, seed));
  const negate = (method: string, seed: number) => finished(ids.negate(method, seed));
  // Single-task and pre-trained models are measured with the addition, else with the negation.
  const alone = (method: string, seed: number) => [...add(method, seed), ...negate(method, seed)].slice(0, 1);
  const pretrained = () => each(methods, alone).slice(0, 1);
  switch (source.kind) {
    case 'advantage':
      return each(['standard', source.against], alone);
    case 'alpha':
      return each(methods, source.edit === 'addition' ? add : negate);
    case 'accuracies':
      switch (source.quantity) {
        case 'single-task':
          return each(methods, alone);
        case 'added':
          return [...pretrained(), ...each(methods, add)];
        case 'negated-target':
          return [...pretrained(), ...each(methods, negate)];
        case 'negated-control':
          return each(methods, negate);
        case 'random-init':
          return (randomInit?.modes ?? []).flatMap((mode) => finished(ids.addRandom(mode)));
      }
  }
}
