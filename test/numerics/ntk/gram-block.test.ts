import { beforeAll, describe, expect, it } from 'vitest';
import { disposeTree, dotTrees } from '#numerics/autodiff/param-tree';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, engineMemory, type Tensor } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { coupledGramBlock, gramBlock } from '#numerics/ntk/gram-block';
import { listScalarOutputs } from '#numerics/ntk/scalar-outputs';
import { tracedBytesPerImage, TracedImages } from '#numerics/ntk/traced-images';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { testEngines } from '#test/support/test-engines';
import { tinyArchitecture, tinyHead, tinyParams, tinyPixels } from '#test/support/tiny-tower';

const encode = imageEncoder(tinyArchitecture);
const head = { ...tinyHead(3), classNames: ['a', 'b', 'c'] };
const outputs = listScalarOutputs(head, 'classLogit', [2, 0]);

/** Computes the kernel from whole gradients of single images. */
function bruteForce(cotangents: readonly Float32Array[], pixels: Tensor): Float64Array {
  const params = tinyParams(1);
  const [N] = pixels.shape;
  const size = pixels.size / N;
  const numbers = pixels.dataSync<'float32'>();
  const gradients = Array.from({ length: N }, (_, n) => {
    const one = createTensor(numbers.slice(n * size, (n + 1) * size), [1, ...pixels.shape.slice(1)]);
    const traced = new TracedImages(encode, params, one);
    const own = cotangents.map((cotangent) => traced.pullBack(cotangent, [1]));
    traced.dispose();
    one.dispose();
    return own;
  }).flat();
  const gram = Float64Array.from(gradients.flatMap((a) => gradients.map((b) => dotTrees(a, b))));
  [params, ...gradients].forEach(disposeTree);
  return gram;
}

describe.each(testEngines)('gram blocks on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  // With few images the tokens are multiplied with each other, with many the gradients of some layers are formed.
  it.each([3, 30])('are the inner products of the gradients of single images (%i images)', (N) => {
    withoutLeaks(() => {
      const params = tinyParams(1);
      const pixels = tinyPixels(N);
      const images = new TracedImages(encode, params, pixels);
      const grams = gramBlock(images, images, outputs);
      outputs.forEach(({ cotangent }, c) => {
        expect(relativeError(grams[c], bruteForce([cotangent], pixels))).toBeLessThan(1e-5);
      });
      images.dispose();
      pixels.dispose();
      disposeTree(params);
    });
  });

  it.each([2, 40])('are the same for different images above and below the diagonal (%i columns)', (M) => {
    withoutLeaks(() => {
      const params = tinyParams(1);
      const pixels = [tinyPixels(3), tinyPixels(M, 2)];
      const [rows, columns] = pixels.map((some) => new TracedImages(encode, params, some));
      const [above] = gramBlock(rows, columns, outputs);
      const [below] = gramBlock(columns, rows, outputs);
      const transposed = above.map((_, i) => below[(i % M) * 3 + Math.floor(i / M)]);
      expect(relativeError(above, transposed)).toBeLessThan(1e-6);
      [rows, columns].forEach((images) => images.dispose());
      pixels.forEach((tensor) => tensor.dispose());
      disposeTree(params);
    });
  });

  it('of coupled outputs hold every pair of them', () => {
    withoutLeaks(() => {
      const params = tinyParams(1);
      const pixels = tinyPixels(4);
      const images = new TracedImages(encode, params, pixels);
      const coupled = coupledGramBlock(images, images, outputs);
      const expected = bruteForce(
        outputs.map(({ cotangent }) => cotangent),
        pixels,
      );
      expect(relativeError(coupled, expected)).toBeLessThan(1e-5);
      images.dispose();
      pixels.dispose();
      disposeTree(params);
    });
  });
});

describe('the memory of traced images', () => {
  it('is forecast to the byte', async () => {
    await startEngine('wasm');
    withoutLeaks(() => {
      const params = tinyParams(1);
      const { imageSize } = tinyArchitecture;
      const { cotangent } = outputs[0];
      const each = tracedBytesPerImage(encode, params, imageSize, cotangent);
      const held = [5, 9].map((count) => {
        const pixels = tinyPixels(count);
        const before = engineMemory().bytes;
        const images = new TracedImages(encode, params, pixels);
        const bytes = images.withGradients(cotangent, () =>
          images.withGradients(outputs[1].cotangent, () => engineMemory().bytes - before),
        );
        images.dispose();
        pixels.dispose();
        return bytes;
      });
      expect(held[1] - held[0]).toBe(4 * (each.trace + 2 * each.capture));
      disposeTree(params);
    });
  });
});

describe('listScalarOutputs', () => {
  const F = head.featureSize;

  it('takes a row of the head for a class, all rows for their sum, and a unit vector for a feature', () => {
    expect(outputs.map(({ name }) => name)).toEqual(['c', 'a']);
    expect(outputs[1].cotangent).toEqual(head.weight.slice(0, F));
    const [sum] = listScalarOutputs(head, 'logitSum', null);
    for (let f = 0; f < F; f++) {
      expect(sum.cotangent[f]).toBeCloseTo(head.weight[f] + head.weight[F + f] + head.weight[2 * F + f], 5);
    }
    const features = listScalarOutputs(head, 'feature', null);
    expect(features).toHaveLength(F);
    expect([...features[1].cotangent]).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('refuses an output that is not there', () => {
    expect(() => listScalarOutputs(head, 'classLogit', [3])).toThrow('There is no output 3');
    expect(() => listScalarOutputs(head, 'feature', [6])).toThrow('There is no output 6');
  });
});
