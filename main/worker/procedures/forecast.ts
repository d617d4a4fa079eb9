import type { Forecast } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { jvpMany } from '#numerics/autodiff/jvp';
import { disposeTree, subtractTrees, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { RandomStream } from '#numerics/engine/random';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import type { Head } from '#numerics/models/head';
import type { StoredModel } from '#numerics/models/model-file';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { AdamW, initialAdamWState } from '#numerics/train/adam-w';
import { clipByGlobalNorm } from '#numerics/train/clip-gradient';
import { linearGradient, standardGradient } from '#numerics/train/gradients';
import { peakMemory, resetPeakMemory } from '../peak-memory';
import type { RunContext } from '../run-context';
import { loadModel } from './load-inputs';

type Spec = RunSpecOf<'forecast'>;
type Probe = Forecast['probes'][number];

/** Batches grow by this factor from probe to probe, so that five of two steps span 1 to 256 images. */
const GROWTH = 4;
const STEPS_PER_PROBE = 2;
/** A probe that has taken so much more than the first tells enough about larger batches. */
const TELLING_BYTES = 256 * 2 ** 20;
const TELLING_MS = 3000;

/** Measures a few steps with small batches and says what many with the real batch will take. */
export async function forecast(spec: Spec, context: RunContext): Promise<void> {
  const { work, batchSize, steps } = spec.params;
  const model = await loadModel(context, spec.inputs.model);
  const availableBytes = context.availableBytes();
  const bench = prepare(spec, model);
  const probes: Probe[] = [];
  try {
    for (let size = 1; ; size = Math.min(batchSize, size * GROWTH)) {
      probes.push(measure(bench.step, size, model.architecture.imageSize));
      context.log(`a batch of ${size}: ${probes.at(-1)!.milliseconds.toFixed(0)} ms`);
      await context.breathe();
      if (size === batchSize || isTelling(probes)) break;
    }
  } finally {
    bench.dispose();
  }
  const peakBytes = Math.round(extrapolate(probes, batchSize, ({ peakBytes: bytes }) => bytes));
  const millisecondsPerStep = extrapolate(probes, batchSize, ({ milliseconds }) => milliseconds);
  const result: Forecast = {
    format: 'tangent-forecast/1',
    work,
    batchSize,
    steps,
    probes,
    peakBytes,
    millisecondsPerStep,
    totalMilliseconds: millisecondsPerStep * steps,
    availableBytes,
    fits: peakBytes <= availableBytes,
  };
  await context.outputJson(result, {
    kind: 'forecast',
    role: 'forecast',
    label: `${work}, batches of ${batchSize}`,
  });
}

function isTelling(probes: readonly Probe[]): boolean {
  const last = probes.at(-1)!;
  const grown = last.peakBytes - probes[0].peakBytes;
  return probes.length > 1 && (grown > TELLING_BYTES || last.milliseconds > TELLING_MS);
}

/** Continues the line through the last two probes; both memory and time are affine in the batch. */
function extrapolate(probes: readonly Probe[], batchSize: number, read: (probe: Probe) => number): number {
  const last = probes.at(-1)!;
  const before = probes.at(-2);
  if (before === undefined || last.batchSize === batchSize) return read(last);
  const slope = Math.max(0, (read(last) - read(before)) / (last.batchSize - before.batchSize));
  return read(last) + slope * (batchSize - last.batchSize);
}

function measure(step: (pixels: Tensor) => void, size: number, imageSize: number): Probe {
  const shape = [size, imageSize, imageSize, 3];
  const pixels = createTensor(
    new RandomStream(0, 'forecast', size).normals(size * imageSize ** 2 * 3),
    shape,
  );
  try {
    resetPeakMemory();
    let milliseconds = Infinity;
    for (let i = 0; i < STEPS_PER_PROBE; i++) {
      const start = performance.now();
      step(pixels);
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    return { batchSize: size, milliseconds, peakBytes: peakMemory() };
  } finally {
    pixels.dispose();
  }
}

interface Bench {
  readonly step: (pixels: Tensor) => void;
  dispose(): void;
}

/** Sets up what the real run holds, and one step of it. */
function prepare({ params: { work, taskVectorCount } }: Spec, model: StoredModel): Bench {
  const encoder = imageEncoder(model.architecture);
  const params0 = treeFromArrays(model.params);
  if (work === 'responses') {
    const directions = Array.from({ length: taskVectorCount }, () => treeFromArrays(model.params));
    return {
      step: (pixels) => {
        const { primal, tangents } = jvpMany((theta) => encoder(theta, pixels), params0, directions);
        for (const tensor of [primal, ...tangents]) {
          readTensor(tensor);
          tensor.dispose();
        }
      },
      dispose: () => [params0, ...directions].forEach(disposeTree),
    };
  }
  const head = exampleHead(model.architecture.featureSize);
  const settings = { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
  const optimizer = new AdamW(settings, initialAdamWState(params0));
  let params: ParamTree = treeFromArrays(model.params);
  return {
    step: (pixels) => {
      const labels = Array.from({ length: pixels.shape[0] }, (_, n) => n % head.classes);
      let gradient: ParamTree;
      if (work === 'standard') ({ gradient } = standardGradient(encoder, params, pixels, labels, head));
      else {
        const delta = subtractTrees(params, params0);
        ({ gradient } = linearGradient(encoder, params0, delta, pixels, labels, head));
        disposeTree(delta);
      }
      const clipped = clipByGlobalNorm(gradient, 1);
      disposeTree(gradient);
      const next = optimizer.update(params, clipped.gradient, settings.learningRate);
      [clipped.gradient, params].forEach(disposeTree);
      params = next;
    },
    dispose: () => {
      [params0, params].forEach(disposeTree);
      optimizer.dispose();
    },
  };
}

function exampleHead(featureSize: number): Head {
  const classes = 10;
  const weight = new RandomStream(0, 'forecast-head').normals(classes * featureSize);
  return { classes, featureSize, weight, bias: new Float32Array(classes) };
}
