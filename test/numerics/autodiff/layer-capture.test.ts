import { beforeAll, describe, expect, it } from 'vitest';
import type { LayerCapture } from '#numerics/autodiff/layer-capture';
import { disposeCaptures } from '#numerics/autodiff/layer-gram';
import { disposeTree, treeToArrays } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { matMul } from '#numerics/engine/ops';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { relativeError } from '#test/support/closeness';
import { randomTree } from '#test/support/gradient-check';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { testEngines } from '#test/support/test-engines';
import { tinyArchitecture, tinyParams, tinyPixels } from '#test/support/tiny-tower';

const B = 3;
const encode = imageEncoder(tinyArchitecture);

/** The gradient of one example, in float64, from what was captured. */
function gradientOf(captures: readonly LayerCapture[], example: number): Map<string, Float64Array> {
  const rowsOf = (tensor: Tensor) => {
    const all = readTensor(tensor);
    const size = all.length / B;
    return { data: all.subarray(example * size, (example + 1) * size), width: tensor.shape.at(-1)! };
  };
  const gradient = new Map<string, Float64Array>();
  for (const captured of captures) {
    const u = rowsOf(captured.cotangent);
    const tokens = u.data.length / u.width;
    if (captured.layer === 'offset') {
      gradient.set(captured.parameter, Float64Array.from(u.data));
      continue;
    }
    const x = rowsOf(captured.input);
    const bias = new Float64Array(u.width);
    u.data.forEach((value, i) => (bias[i % u.width] += value));
    if (captured.bias !== null) gradient.set(captured.bias, bias);
    const outer = captured.layer === 'linear';
    const weight = new Float64Array(outer ? x.width * u.width : u.width);
    for (let t = 0; t < tokens; t++) {
      for (let e = 0; e < u.width; e++) {
        const value = u.data[t * u.width + e];
        if (!outer) weight[e] += value * x.data[t * u.width + e];
        else {
          for (let d = 0; d < x.width; d++) {
            const at = captured.isTransposed ? d * u.width + e : e * x.width + d;
            weight[at] += value * x.data[t * x.width + d];
          }
        }
      }
    }
    gradient.set(captured.weight, weight);
  }
  return gradient;
}

describe.each(testEngines)('captureLayers on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it("holds every image's own gradient of every parameter of the tower", () => {
    withoutLeaks(() => {
      const params = tinyParams(1);
      const pixels = tinyPixels(B);
      const trace = new Trace((theta) => encode(theta, pixels), params);
      const F = tinyArchitecture.featureSize;
      const u = new RandomStream(5, 'cotangent').normals(B * F);
      const cotangent = createTensor(u, [B, F]);
      const captures = trace.captureLayers(cotangent);
      trace.dispose();
      const { size } = pixels;
      const numbers = readTensor(pixels);
      for (let example = 0; example < B; example++) {
        const { imageSize: S } = tinyArchitecture;
        const one = createTensor(numbers.subarray((example * size) / B, ((example + 1) * size) / B), [
          1,
          S,
          S,
          3,
        ]);
        const alone = new Trace((theta) => encode(theta, one), params);
        const row = createTensor(u.subarray(example * F, (example + 1) * F), [1, F]);
        const expected = alone.pullBackAndDispose(row);
        const actual = gradientOf(captures, example);
        expect([...actual.keys()].sort()).toEqual([...params.keys()].sort());
        // The gradient of a key's bias is zero but for rounding, so errors are measured on the whole.
        const flat = (read: (name: string) => Iterable<number>) =>
          [...params.keys()].flatMap((name) => [...read(name)]);
        const arrays = treeToArrays(expected);
        const error = relativeError(
          flat((name) => actual.get(name)!),
          flat((name) => arrays.get(name)!.data),
        );
        expect(error).toBeLessThan(1e-5);
        [one, row].forEach((tensor) => tensor.dispose());
        disposeTree(expected);
      }
      disposeCaptures(captures);
      [pixels, cotangent].forEach((tensor) => tensor.dispose());
      disposeTree(params);
    });
  });

  it('refuses a parameter that has no gradient per example', () => {
    withoutLeaks(() => {
      const params = randomTree({ a: [2, 3], b: [3, 4] }, 'params');
      const trace = new Trace((p) => matMul(p.get('a')!, p.get('b')!), params);
      const u = createTensor(new Float32Array(8), [2, 4]);
      expect(() => trace.captureLayers(u)).toThrow('no gradient per example');
      u.dispose();
      trace.dispose();
      disposeTree(params);
    });
  });
});
