import type { ApiInput } from '#contract/api';
import type { Benchmark } from '#contract/benchmark';
import { applyChoices } from '#contract/benchmark-choices';
import { canonicalJson } from '#contract/canonical-json';
import type { BenchmarkChoices, BenchmarkTemplate, StudyTemplate } from '#contract/study-template';

const isEqual = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * Finds the choices that make a template into a definition.
 *
 * @param definition what is wanted
 * @param template what it began with
 * @returns null if no choices do: something else of the template was changed
 */
export function findChoices(
  definition: BenchmarkTemplate,
  template: BenchmarkTemplate,
): BenchmarkChoices | null {
  const { benchmark: wanted } = definition;
  if (!isEqual({ ...definition, benchmark: null }, { ...template, benchmark: null })) return null;
  for (const preset of [null, ...Object.keys(template.presets)]) {
    const base = applyChoices(template, { ...nothingChosen, preset });
    const differing = <T>(value: T, usual: T): T | null => (isEqual(value, usual) ? null : value);
    const artifacts = [wanted.control, ...wanted.tasks].flatMap((task) =>
      task?.data.from === 'catalog' && task.data.artifact !== null
        ? [[task.name, task.data.artifact] as const]
        : [],
    );
    const choices: BenchmarkChoices = {
      preset,
      model: wanted.model.from === 'catalog' ? wanted.model.artifact : null,
      datasets: Object.fromEntries(artifacts),
      seeds: differing(wanted.seeds, base.seeds),
      learningRate: differing(wanted.training.optimizer.learningRate, base.training.optimizer.learningRate),
      engine: differing(wanted.engine, base.engine),
    };
    if (isEqual(tryChoices(template, choices), wanted)) return choices;
  }
  return null;
}

const nothingChosen: BenchmarkChoices = {
  preset: null,
  model: null,
  datasets: {},
  seeds: null,
  learningRate: null,
  engine: null,
};

function tryChoices(template: BenchmarkTemplate, choices: BenchmarkChoices): Benchmark | null {
  try {
    return applyChoices(template, choices);
  } catch {
    // A choice that this template does not leave open.
    return null;
  }
}

/**
 * Makes the request that starts a study: a template with choices where that says all of it, so that the same from
 * the command line is the same study; else the definition, whose title then says what is different.
 *
 * @param definition what is wanted
 * @param template what it began with; null for one of somebody's own
 */
export function toStudyRequest(
  definition: StudyTemplate,
  template: StudyTemplate | null,
): ApiInput<'studies.run'> {
  if (template?.format !== 'tangent-benchmark/1' || definition.format !== 'tangent-benchmark/1') {
    return { definition };
  }
  const choices = findChoices(definition, template);
  if (choices !== null) return { template: template.name, choices };
  if (definition.title !== template.title) return { definition };
  const title = [template.title, ...describeChanges(definition.benchmark, template.benchmark)].join(', ');
  return { definition: { ...definition, title } };
}

/** What tells a benchmark from another, as far as a title can say it. */
function describeChanges(benchmark: Benchmark, usual: Benchmark): string[] {
  const names = benchmark.tasks.map(({ name }) => name);
  const { methods, seeds } = benchmark;
  const changes = [
    ...(isEqual(
      names,
      usual.tasks.map(({ name }) => name),
    )
      ? []
      : [names.length <= 3 ? names.join(' and ') : `${names.length} tasks`]),
    ...(isEqual(methods, usual.methods) ? [] : [`${methods.join(' and ')} only`]),
    ...(isEqual(seeds, usual.seeds) ? [] : [`seeds ${seeds.join(', ')}`]),
  ];
  return changes.length > 0 ? changes : ['changed'];
}

/** File that the command line reads a definition from. */
export const definitionFile = 'study.json';

/**
 * Writes the command that does the same as a request. What options cannot say is read from {@link definitionFile}: a
 * definition, and seeds that do not count from 0.
 */
export function commandOf(request: ApiInput<'studies.run'>): string {
  const run = 'tangent study run';
  if (!('template' in request)) return `${run} ${definitionFile}`;
  const { preset, model, datasets = {}, seeds, learningRate, engine } = request.choices ?? {};
  if (seeds?.some((seed, place) => seed !== place)) return `${run} ${definitionFile}`;
  return [
    `${run} ${request.template}`,
    ...(preset ? [`--preset ${preset}`] : []),
    ...(seeds ? [`--seeds ${seeds.length}`] : []),
    ...(learningRate ? [`--lr ${learningRate}`] : []),
    ...(engine ? [`--engine ${engine}`] : []),
    ...(model ? [`--model ${model.slice(0, 12)}`] : []),
    ...Object.entries(datasets).map(([task, artifact]) => `--dataset ${task}=${artifact.slice(0, 12)}`),
  ].join(' ');
}
