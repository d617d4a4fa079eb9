import type { RunSpec } from '#contract/specs/index';
import { hex } from './hex';

/** A valid specification: a fine-tuning, or something else for any other kind. */
export function exampleSpec(kind: RunSpec['kind']): RunSpec {
  if (kind === 'finetune') {
    return {
      kind,
      specVersion: 2,
      params: {
        mode: 'linear',
        augmentation: 'none',
        optimizer: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
        schedule: { steps: 400, warmupSteps: 40, batchSize: 32, clipNorm: 1, checkpointEvery: 100 },
        engine: 'auto',
      },
      inputs: { model: hex('a', 1), dataset: hex('b', 1), head: hex('c', 1) },
      seed: 7,
    };
  }
  return {
    kind: 'render-tasks',
    specVersion: 2,
    params: { tasks: ['signs', 'digits'], trainPerClass: 64, testPerClass: 32 },
    inputs: {},
    seed: 7,
  };
}
