import { sha256 } from '#artifacts/sha256';
import type { LabSpec } from '#contract/lab';
import type { RunSpecOf } from '#contract/specs/index';

/** A valid spec that needs no inputs. */
export function renderSpec(seed = 0): RunSpecOf<'render-tasks'> {
  return {
    kind: 'render-tasks',
    specVersion: 2,
    params: { tasks: ['signs'], trainPerClass: 4, testPerClass: 2 },
    inputs: {},
    seed,
  };
}

/** A valid fine-tuning spec for artifacts with made-up ids. */
export function finetuneSpec(inputs?: Partial<RunSpecOf<'finetune'>['inputs']>): RunSpecOf<'finetune'> {
  return {
    kind: 'finetune',
    specVersion: 2,
    params: {
      mode: 'linear',
      augmentation: 'random-resized-crop',
      optimizer: { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
      schedule: { steps: 2000, warmupSteps: 200, batchSize: 128, clipNorm: 1, checkpointEvery: 50 },
      engine: 'auto',
    },
    inputs: { model: sha256('model'), dataset: sha256('dataset'), head: sha256('head'), ...inputs },
    seed: 0,
  };
}

/** A lab of two task vectors on one task. */
export function labSpec(changes: Partial<LabSpec> = {}): LabSpec {
  return {
    mode: 'linear',
    model: sha256('model'),
    taskVectors: [sha256('τ1'), sha256('τ2')],
    tasks: [{ dataset: sha256('dataset'), head: sha256('head') }],
    split: 'test',
    imageCount: null,
    seed: 0,
    batchSize: 64,
    engine: 'wasm',
    ...changes,
  };
}

/** Asks a lab how good an edit is. */
export function accuraciesAt(scalingCoefs: readonly number[]) {
  return { scalingCoefs, about: 'accuracies' } as const;
}
