import type { BenchmarkTask, BenchmarkTraining } from '#contract/benchmark';
import type { StarterTask } from '#contract/specs/starter-domain';
import type { BenchmarkChoices, BenchmarkTemplate } from '#contract/study-template';

/** Nothing chosen for a benchmark. */
export const unchosen: BenchmarkChoices = {
  preset: null,
  model: null,
  datasets: {},
  seeds: null,
  learningRate: null,
  engine: null,
};

const training: BenchmarkTraining = {
  augmentation: 'none',
  optimizer: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  schedule: { steps: 40, warmupSteps: 8, batchSize: 16, clipNorm: 1, checkpointEvery: 10 },
};

function drawnTask(name: StarterTask): BenchmarkTask {
  return {
    name,
    data: { from: 'starter', domain: name, trainPerClass: 8, testPerClass: 2, valFraction: 0.25 },
    templates: [`photo {class} ${name}`],
    steps: null,
  };
}

/** A benchmark of everything that there is, on two drawn tasks with two seeds. */
export function smallBenchmark(): BenchmarkTemplate {
  return {
    format: 'tangent-benchmark/1',
    name: 'small-benchmark',
    title: 'Small benchmark',
    description: 'Two drawn tasks.',
    benchmark: {
      model: { from: 'starter' },
      tasks: [drawnTask('signs'), { ...drawnTask('digits'), steps: 50 }],
      control: drawnTask('objects'),
      seeds: [3, 5],
      methods: ['standard', 'posthoc', 'linear'],
      training,
      edits: { gridPoints: 5, controlThreshold: 0.95, batchSize: 100 },
      randomInit: { seed: 77, modes: ['standard'], training },
      engine: 'auto',
    },
    presets: {
      brief: {
        description: 'Fewer steps.',
        training: { ...training, schedule: { ...training.schedule, steps: 6, warmupSteps: 5 } },
        steps: { signs: 4 },
      },
    },
  };
}
