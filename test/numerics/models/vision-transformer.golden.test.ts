import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VisionArchitecture } from '#contract/specs/common';
import { jvp } from '#numerics/autodiff/jvp';
import { disposeTree, treeFromArrays, treeToArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor } from '#numerics/engine/tensor';
import { visionParameterShapes } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { coupledGramBlock } from '#numerics/ntk/gram-block';
import { TracedImages } from '#numerics/ntk/traced-images';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { gradientErrors, wave, waves, type GradientSummary } from '#test/support/wave';

interface Golden {
  readonly architecture: Omit<VisionArchitecture, 'activation'>;
  readonly batch: number;
  readonly cases: readonly {
    readonly activation: VisionArchitecture['activation'];
    readonly features: readonly number[];
    readonly tangent: readonly number[];
    readonly gradient: GradientSummary;
    /** J Jᵀ over images and features, (B·F) × (B·F). */
    readonly kernel: readonly number[];
  }[];
}

const goldenFile = new URL('../../golden/vision-transformer.json', import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden;

function waveTree(architecture: VisionArchitecture, offset: number, scale: number): ParamTree {
  return treeFromArrays(waves(visionParameterShapes(architecture), offset, scale));
}

beforeAll(async () => {
  await startEngine('wasm');
});

describe.each(golden.cases)('the image tower with $activation, against PyTorch in float64', (expected) => {
  const architecture = { ...golden.architecture, activation: expected.activation };
  const encode = imageEncoder(architecture);
  const imageShape = [golden.batch, architecture.imageSize, architecture.imageSize, 3];

  it('gives the same features and the same tangent', () => {
    withoutLeaks(() => {
      const params = waveTree(architecture, 0, 0.4);
      const tangents = waveTree(architecture, 100, 0.1);
      const pixels = createTensor(wave(imageShape, 50, 1.5), imageShape);
      const { primal, tangent } = jvp((theta) => encode(theta, pixels), params, tangents);
      expect(relativeError(readTensor(primal), expected.features)).toBeLessThan(1e-5);
      expect(relativeError(readTensor(tangent), expected.tangent)).toBeLessThan(1e-5);
      [primal, tangent, pixels].forEach((tensor) => tensor.dispose());
      [params, tangents].forEach(disposeTree);
    });
  });

  it('gives the same gradient of every parameter', () => {
    withoutLeaks(() => {
      const params = waveTree(architecture, 0, 0.4);
      const pixels = createTensor(wave(imageShape, 50, 1.5), imageShape);
      const trace = new Trace((theta) => encode(theta, pixels), params);
      const { shape } = trace.primal;
      const cotangent = createTensor(wave(shape, 60, 1), shape);
      const gradient = trace.pullBackAndDispose(cotangent);
      const errors = gradientErrors(treeToArrays(gradient), expected.gradient);
      for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
      [cotangent, pixels].forEach((tensor) => tensor.dispose());
      [params, gradient].forEach(disposeTree);
    });
  });

  it('gives the same neural tangent kernel of every two features of every two images', () => {
    withoutLeaks(() => {
      const params = waveTree(architecture, 0, 0.4);
      const pixels = createTensor(wave(imageShape, 50, 1.5), imageShape);
      const images = new TracedImages(encode, params, pixels);
      const F = architecture.featureSize;
      const outputs = Array.from({ length: F }, (_, f) => ({
        name: `feature ${f}`,
        cotangent: Float32Array.from({ length: F }, (_, g) => (g === f ? 1 : 0)),
      }));
      const kernel = coupledGramBlock(images, images, outputs);
      expect(relativeError(kernel, expected.kernel)).toBeLessThan(1e-5);
      images.dispose();
      pixels.dispose();
      disposeTree(params);
    });
  });
});
