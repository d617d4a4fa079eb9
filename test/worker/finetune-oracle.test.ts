import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEventBody } from '#contract/events';
import type { FinetuningMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { linearize } from '#numerics/autodiff/linearize';
import { disposeTree, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import type { NamedArrays } from '#numerics/editing/task-vector';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { computeLogits } from '#numerics/models/head';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { linearGradient, standardGradient } from '#numerics/train/gradients';
import { loadImages, loadModel, loadTask, loadTaskVector } from '#worker/procedures/load-inputs';
import { makeSmallWorld, RunLab, smallFinetune, type SmallWorld } from '#test/support/run-lab';
import { takeBatch } from '#test/support/take-batch';
import { sharedTempFolder } from '#test/support/temp-folder';

const STEPS = 5;
const { optimizer } = smallFinetune({ model: '', dataset: '', head: '' }, 'linear').params;

/**
 * Training written down once more, from the definitions: batches of the train split in the order of
 * the epoch's permutation, loss of f or of its expansion, clipping, schedule, AdamW. Only the gradient
 * itself is taken from the product; it has oracles of its own.
 */
describe.each(['standard', 'linear'] as const)('fine-tuning in mode %s', (mode) => {
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
  });

  it('takes the steps that its definition says', async () => {
    const spec = specOf(world, mode);
    const run = await lab.run(spec);
    const expected = await trainByDefinition(lab, spec);

    const losses = metric(run.events, 'loss');
    expect(losses).toHaveLength(STEPS);
    losses.forEach((loss, step) => expect(Math.abs(loss / expected.losses[step] - 1)).toBeLessThan(1e-4));
    expect(metric(run.events, 'learningRate')).toEqual(expected.rates);
    const { tensors } = await loadTaskVector(lab.context(), run.outputs.taskVector, world.model);
    // But for the key biases: their gradient is zero in exact arithmetic, and AdamW blows its rounding up to
    // full steps.
    let squaredError = 0;
    let squaredNorm = 0;
    for (const [name, { data }] of tensors) {
      const reference = expected.delta.get(name)!;
      data.forEach((value, i) => {
        if (name.endsWith('in_proj_bias') && Math.floor((3 * i) / data.length) === 1) return;
        squaredError += (value - reference[i]) ** 2;
        squaredNorm += reference[i] ** 2;
      });
    }
    expect(Math.sqrt(squaredError / squaredNorm)).toBeLessThan(2e-3);
  });
});

function specOf(world: SmallWorld, mode: FinetuningMode): RunSpecOf<'finetune'> {
  const spec = smallFinetune({ model: world.model, ...world.tasks[0] }, mode);
  // A clip norm that bites, and fewer images than the steps use, so that a second epoch is begun.
  const schedule = { steps: STEPS, warmupSteps: 2, batchSize: 32, clipNorm: 0.5, checkpointEvery: 100 };
  return { ...spec, params: { ...spec.params, schedule } };
}

function metric(events: readonly RunEventBody[], name: string): number[] {
  return events.flatMap((event) => (event.type === 'metric' && event.name === name ? [event.value] : []));
}

async function trainByDefinition(lab: RunLab, spec: RunSpecOf<'finetune'>) {
  const context = lab.context();
  const model = await loadModel(context, spec.inputs.model);
  const { manifest, head } = await loadTask(context, spec.inputs, model);
  const images = await loadImages(context, manifest, 'train', model);
  expect(images.count).toBe(90);
  const encoder = imageEncoder(model.architecture);
  const params0 = treeFromArrays(model.params);
  const theta = new Map([...model.params].map(([name, { data }]) => [name, Float64Array.from(data)]));
  const m = new Map([...theta].map(([name, values]) => [name, new Float64Array(values.length)]));
  const v = new Map([...theta].map(([name, values]) => [name, new Float64Array(values.length)]));
  const losses: number[] = [];
  const rates: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    // 90 images make two batches of 32 in each epoch; the rest of an epoch is left out.
    const order = new RandomStream(spec.seed, 'batch-order', Math.floor(step / 2)).permutation(images.count);
    const start = (step % 2) * 32;
    const { pixels, labels } = await takeBatch(images, order.subarray(start, start + 32));
    const batch = createTensor(pixels, [32, 32, 32, 3]);
    const params = treeFromArrays(asArrays(theta, model.params));
    const f = (p: ParamTree): Tensor => encoder<Tensor>(p, batch);
    const features =
      spec.params.mode === 'standard' ? f(params) : linearize((p) => encoder(p, batch), params0)(params);
    losses.push(crossEntropy(computeLogits(readTensor(features), head), labels, head.classes));
    features.dispose();

    const delta = treeFromArrays(
      asArrays(
        new Map([...theta].map(([name, t]) => [name, t.map((x, i) => x - model.params.get(name)!.data[i])])),
        model.params,
      ),
    );
    const { gradient } =
      spec.params.mode === 'standard'
        ? standardGradient(encoder, params, batch, labels, head)
        : linearGradient(encoder, params0, delta, batch, labels, head);
    const g = new Map([...gradient].map(([name, tensor]) => [name, Float64Array.from(readTensor(tensor))]));
    for (const tree of [params, delta, gradient]) disposeTree(tree);
    batch.dispose();

    const norm = Math.sqrt([...g.values()].flatMap((x) => [...x]).reduce((sum, x) => sum + x * x, 0));
    expect(norm).toBeGreaterThan(0.5);
    const clip = 0.5 / (norm + 1e-6);
    const peak = optimizer.learningRate;
    const rate =
      step < 2 ? (peak * (step + 1)) / 2 : peak * 0.5 * (1 + Math.cos((Math.PI * (step - 2)) / (STEPS - 2)));
    rates.push(rate);
    for (const [name, t] of theta) {
      for (let i = 0; i < t.length; i++) {
        const gi = g.get(name)![i] * clip;
        const mi = (m.get(name)![i] = 0.9 * m.get(name)![i] + 0.1 * gi);
        const vi = (v.get(name)![i] = 0.999 * v.get(name)![i] + 0.001 * gi * gi);
        const corrected = mi / (1 - 0.9 ** (step + 1)) / (Math.sqrt(vi / (1 - 0.999 ** (step + 1))) + 1e-8);
        t[i] = t[i] * (1 - rate * optimizer.weightDecay) - rate * corrected;
      }
    }
  }
  disposeTree(params0);
  const delta = new Map(
    [...theta].map(([name, t]) => [name, t.map((x, i) => x - model.params.get(name)!.data[i])]),
  );
  return { losses, rates, delta };
}

function asArrays(values: ReadonlyMap<string, Float64Array>, like: NamedArrays): NamedArrays {
  return new Map(
    [...values].map(([name, data]) => [
      name,
      { shape: like.get(name)!.shape, data: Float32Array.from(data) },
    ]),
  );
}

function crossEntropy(logits: Float64Array, labels: Int32Array, classes: number): number {
  let sum = 0;
  labels.forEach((label, n) => {
    const row = [...logits.subarray(n * classes, (n + 1) * classes)];
    sum += Math.log(row.reduce((total, z) => total + Math.exp(z), 0)) - row[label];
  });
  return sum / labels.length;
}
