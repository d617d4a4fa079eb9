import { jvpMany } from '#numerics/autodiff/jvp';
import {
  addTrees,
  disposeTree,
  shareTree,
  subtractTrees,
  treeFromArrays,
  type ParamTree,
} from '#numerics/autodiff/param-tree';
import { tf } from '#numerics/engine/library';
import { RandomStream } from '#numerics/engine/random';
import { createTensor, readTensor, sizeOf } from '#numerics/engine/tensor';
import { initializeVision, visionParameterShapes } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { AdamW, initialAdamWState } from '#numerics/train/adam-w';
import { clipByGlobalNorm } from '#numerics/train/clip-gradient';
import { linearGradient, standardGradient, type LossGradient } from '#numerics/train/gradients';
import type { SubjectName } from './protocol';
import type { Size } from './sizes';

/** As in `reference/steps.py`. */
const ADAMW = { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
const CLIP_NORM = 1;

/** Length of the table that tangents are filled from; a prime, so that no two parameters are alike. */
const TABLE_LENGTH = 65_521;

/** Runs a subject once, to the point where its results have been computed and read. */
export type Workload = Readonly<Record<SubjectName, () => void>>;

/**
 * Puts a model with a batch on the running engine.
 *
 * @param size which
 * @returns what can be measured on it
 */
export function createWorkload({ architecture, batch, classes }: Size): Workload {
  const { imageSize, featureSize } = architecture;
  const encoder = imageEncoder(architecture);
  const params = treeFromArrays(initializeVision(architecture, 1));
  const pixelShape = [batch, imageSize, imageSize, 3];
  const pixels = createTensor(new RandomStream(1, 'pixels').normals(sizeOf(pixelShape)), pixelShape);
  const labels = Array.from({ length: batch }, (_, i) => i % classes);
  const weight = new RandomStream(1, 'head').normals(classes * featureSize);
  const head = { classes, featureSize, weight, bias: new Float32Array(classes) };

  const table = new RandomStream(1, 'tangents').normals(TABLE_LENGTH, 0, 1e-3);
  const shapes = [...visionParameterShapes(architecture)];
  const direction = (index: number): ParamTree =>
    treeFromArrays(
      new Map(
        shapes.map(([name, shape], parameter) => {
          const data = new Float32Array(sizeOf(shape));
          const offset = 7919 * index + 104_729 * parameter;
          for (let i = 0; i < data.length; i++) data[i] = table[(i + offset) % TABLE_LENGTH];
          return [name, { shape, data }];
        }),
      ),
    );
  const delta = direction(0);
  // TensorFlow takes a tensor's numbers over at its first use, which shall not be part of what is measured.
  for (const tensor of [...params.values(), ...delta.values(), pixels]) tf.square(tensor).dispose();

  const standard = (theta: ParamTree) => standardGradient(encoder, theta, pixels, labels, head);
  const linear = (tangent: ParamTree) => linearGradient(encoder, params, tangent, pixels, labels, head);
  const push = (directions: readonly ParamTree[]) => {
    const { primal, tangents } = jvpMany((theta) => encoder(theta, pixels), params, directions);
    for (const result of [primal, ...tangents]) {
      readTensor(result);
      result.dispose();
    }
  };
  // These take much memory and are not needed by every process.
  let directions: readonly ParamTree[] | undefined;
  let standardTraining: Training | undefined;
  let linearTraining: Training | undefined;

  return {
    forward: () => {
      const features = encoder(params, pixels);
      readTensor(features);
      features.dispose();
    },
    standard_gradient: () => finish(standard(params)),
    linear_gradient: () => finish(linear(delta)),
    standard_step: () => {
      standardTraining ??= new Training(shareTree(params));
      standardTraining.step(standard);
    },
    linear_step: () => {
      linearTraining ??= new Training(addTrees(params, delta));
      linearTraining.step((theta) => {
        const moved = subtractTrees(theta, params);
        const result = linear(moved);
        disposeTree(moved);
        return result;
      });
    },
    one_jvp: () => push([delta]),
    eight_jvps: () => {
      directions ??= [delta, ...Array.from({ length: 7 }, (_, index) => direction(index + 1))];
      push(directions);
    },
  };
}

/** Reads the part of a gradient that is computed last, and releases all of it. */
function finish({ gradient }: LossGradient): void {
  readTensor(gradient.get('visual.class_embedding')!);
  disposeTree(gradient);
}

/** Parameters under training, stepped as the product's training loop does. */
class Training {
  #params: ParamTree;
  readonly #optimizer: AdamW;

  constructor(params: ParamTree) {
    this.#params = params;
    this.#optimizer = new AdamW(ADAMW, initialAdamWState(params));
  }

  step(gradientAt: (params: ParamTree) => LossGradient): void {
    const { gradient } = gradientAt(this.#params);
    const clipped = clipByGlobalNorm(gradient, CLIP_NORM);
    disposeTree(gradient);
    const next = this.#optimizer.update(this.#params, clipped.gradient, ADAMW.learningRate);
    disposeTree(clipped.gradient);
    disposeTree(this.#params);
    this.#params = next;
  }
}
