import type { Benchmark, BenchmarkTask } from '#contract/benchmark';
import { AppError } from '#contract/errors';
import type { BenchmarkChoices, BenchmarkTemplate } from '#contract/study-template';

/**
 * Puts what was chosen at the start in place of what a template says.
 *
 * @param template the template
 * @param choices see {@link BenchmarkChoices}
 * @throws {AppError} `invalid_input` if there is no such preset or task, or the choice is not open
 */
export function applyChoices(template: BenchmarkTemplate, choices: BenchmarkChoices): Benchmark {
  const { benchmark } = template;
  const preset = choices.preset === null ? null : findPreset(template, choices.preset);
  const names = [...benchmark.tasks, ...(benchmark.control === null ? [] : [benchmark.control])].map(
    ({ name }) => name,
  );
  const stray = Object.keys(choices.datasets).find((name) => !names.includes(name));
  if (stray !== undefined) {
    throw new AppError('invalid_input', `The study has no task "${stray}"; it has ${names.join(', ')}.`, {
      task: stray,
      tasks: names,
    });
  }
  const chooseTask = (task: BenchmarkTask): BenchmarkTask => ({
    ...task,
    steps: preset === null ? task.steps : (preset.steps[task.name] ?? null),
    data: chooseData(task, choices.datasets[task.name]),
  });
  const { learningRate } = choices;
  const training = preset?.training ?? benchmark.training;
  return {
    ...benchmark,
    model: chooseModel(benchmark, choices.model),
    tasks: benchmark.tasks.map(chooseTask),
    control: benchmark.control === null ? null : chooseTask(benchmark.control),
    seeds: choices.seeds ?? benchmark.seeds,
    training:
      learningRate === null ? training : { ...training, optimizer: { ...training.optimizer, learningRate } },
    engine: choices.engine ?? benchmark.engine,
  };
}

function findPreset(
  { name, presets }: BenchmarkTemplate,
  wanted: string,
): BenchmarkTemplate['presets'][string] {
  if (Object.hasOwn(presets, wanted)) return presets[wanted];
  const names = Object.keys(presets);
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new AppError('invalid_input', `The study ${name} has no preset "${wanted}"; ${there}.`, {
    preset: wanted,
    presets: names,
  });
}

function chooseModel({ model }: Benchmark, artifact: string | null): Benchmark['model'] {
  if (artifact === null) return model;
  if (model.from === 'catalog') return { ...model, artifact };
  throw new AppError(
    'invalid_input',
    'This study brings its own pre-trained model; --model cannot be given.',
  );
}

function chooseData({ name, data }: BenchmarkTask, artifact: string | undefined): BenchmarkTask['data'] {
  if (artifact === undefined) return data;
  if (data.from === 'catalog') return { ...data, artifact };
  throw new AppError('invalid_input', `The study draws ${name} itself; --dataset cannot be given for it.`, {
    task: name,
  });
}
