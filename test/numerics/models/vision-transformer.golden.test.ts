import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VisionArchitecture } from '#contract/specs/common';
import { jvp } from '#numerics/autodiff/jvp';
import { disposeTree, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, sizeOf, type Shape } from '#numerics/engine/tensor';
import { visionParameterShapes } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { dot, relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';

interface Golden {
  readonly architecture: Omit<VisionArchitecture, 'activation'>;
  readonly batch: number;
  readonly cases: readonly {
    readonly activation: VisionArchitecture['activation'];
    readonly features: readonly number[];
    readonly tangent: readonly number[];
    readonly gradient: Readonly<Record<string, { norm: number; projections: readonly number[] }>>;
  }[];
}

const goldenFile = new URL('../../golden/vision-transformer.json', import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden;

/** The formula of `test/golden/generate/vision_transformer.py`. */
function wave(shape: Shape, phase: number, scale: number): Float32Array {
  return Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => scale * Math.sin(phase + 0.7 * i + 0.003 * i * i),
  );
}

function waveTree(architecture: VisionArchitecture, offset: number, scale: number): ParamTree {
  const sorted = [...visionParameterShapes(architecture)].sort(([a], [b]) => (a < b ? -1 : 1));
  return treeFromArrays(
    new Map(sorted.map(([name, shape], k) => [name, { shape, data: wave(shape, offset + k, scale) }])),
  );
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
      for (const [name, { norm, projections }] of Object.entries(expected.gradient)) {
        const g = readTensor(gradient.get(name)!);
        const error = [1, 2].map((phase, i) => {
          const direction = wave([g.length], phase, 1);
          return (dot(g, direction) - projections[i]) / (norm * Math.sqrt(dot(direction, direction)));
        });
        expect(Math.abs(Math.sqrt(dot(g, g)) / norm - 1), name).toBeLessThan(1e-5);
        expect(Math.max(...error.map(Math.abs)), name).toBeLessThan(1e-5);
      }
      [cotangent, pixels].forEach((tensor) => tensor.dispose());
      [params, gradient].forEach(disposeTree);
    });
  });
});
