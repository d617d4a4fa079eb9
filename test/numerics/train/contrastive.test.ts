import { beforeAll, describe, expect, it } from 'vitest';
import { disposeTree, dotTrees, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, engineMemory, type NamedArray } from '#numerics/engine/tensor';
import { initializeText } from '#numerics/models/text-parameters';
import { textEncoder } from '#numerics/models/text-transformer';
import { initializeVision } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { contrastiveGradient, LOGIT_SCALE } from '#numerics/train/contrastive-gradient';
import { contrastiveLoss } from '#numerics/train/contrastive-loss';

const F = 5;
const captionOf = [0, 1, 0, 2, 3, 1, 0];
const draws = new RandomStream(3, 'test');
const images = draws.normals(captionOf.length * F);
const texts = draws.normals(4 * F);

/** The definition over all B × B pairs, written without knowing that captions repeat. */
function pairwiseLoss(
  imageFeatures: ArrayLike<number>,
  textFeatures: ArrayLike<number>,
  logScale: number,
): number {
  const row = (values: ArrayLike<number>, n: number) =>
    Array.from({ length: F }, (_, f) => values[n * F + f]);
  const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector));
  const rows = captionOf.map((_, b) => unit(row(imageFeatures, b)));
  const columns = captionOf.map((caption) => unit(row(textFeatures, caption)));
  const z = rows.map((u) =>
    columns.map((v) => Math.exp(logScale) * u.reduce((sum, value, f) => sum + value * v[f], 0)),
  );
  const crossEntropy = (logits: number[], b: number): number => {
    const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const positives = captionOf.flatMap((caption, c) => (caption === captionOf[b] ? [c] : []));
    return positives.reduce((sum, c) => sum + (logSum - logits[c]) / positives.length, 0);
  };
  const B = captionOf.length;
  return captionOf.reduce(
    (sum, _, b) =>
      sum +
      (crossEntropy(z[b], b) +
        crossEntropy(
          z.map((line) => line[b]),
          b,
        )) /
        (2 * B),
    0,
  );
}

describe('contrastiveLoss', () => {
  const logScale = 1.3;
  const result = contrastiveLoss(images, texts, captionOf, logScale);

  it('is the symmetric cross-entropy over all pairs, with equal captions as equal positives', () => {
    expect(result.loss).toBeCloseTo(pairwiseLoss(images, texts, logScale), 12);
  });

  it('has the derivatives that central differences give', () => {
    const h = 1e-5;
    const moved = (values: Float32Array, i: number, by: number) =>
      Float64Array.from(values, (x, k) => (k === i ? x + by : x));
    for (let i = 0; i < images.length; i++) {
      const slope =
        (pairwiseLoss(moved(images, i, h), texts, logScale) -
          pairwiseLoss(moved(images, i, -h), texts, logScale)) /
        (2 * h);
      expect(result.imageCotangent[i]).toBeCloseTo(slope, 6);
    }
    for (let i = 0; i < texts.length; i++) {
      const slope =
        (pairwiseLoss(images, moved(texts, i, h), logScale) -
          pairwiseLoss(images, moved(texts, i, -h), logScale)) /
        (2 * h);
      expect(result.textCotangent[i]).toBeCloseTo(slope, 6);
    }
    const slope =
      (pairwiseLoss(images, texts, logScale + h) - pairwiseLoss(images, texts, logScale - h)) / (2 * h);
    expect(result.logitScaleCotangent).toBeCloseTo(slope, 6);
  });

  it('counts the images whose own caption is nearest', () => {
    const own = Float32Array.from(
      captionOf.flatMap((caption) => [...texts.subarray(caption * F, (caption + 1) * F)]),
    );
    expect(contrastiveLoss(own, texts, captionOf, 1).correct).toBe(captionOf.length);
    expect(
      contrastiveLoss(
        own.map((value) => -value),
        texts,
        captionOf,
        1,
      ).correct,
    ).toBe(0);
  });

  it('refuses a feature that is no direction', () => {
    const broken = images.slice();
    broken.fill(0, F, 2 * F);
    expect(() => contrastiveLoss(broken, texts, captionOf, 1)).toThrow(/image 1 is zero/);
  });
});

describe('contrastiveGradient', () => {
  const sizes = {
    width: 8,
    layers: 1,
    heads: 2,
    mlpRatio: 2,
    featureSize: F,
    activation: 'quickGelu',
  } as const;
  const vision = { ...sizes, imageSize: 8, patchSize: 4 };
  const text = { ...sizes, vocabularySize: 6, contextLength: 4 };
  const towers = { image: imageEncoder(vision), text: textEncoder(text) };
  const tokens = Int32Array.from([0, 3, 1, 0, 0, 4, 1, 0, 0, 5, 1, 0, 0, 3, 4, 1]);
  const arrays = new Map<string, NamedArray>([
    ...initializeVision(vision, 1),
    ...initializeText(text, 1),
    [LOGIT_SCALE, { shape: [], data: Float32Array.of(0.7) }],
  ]);

  beforeAll(() => startEngine('wasm'));

  function gradientAt(params: ParamTree, largest = 100) {
    const pixels = createTensor(new RandomStream(2, 'pixels').normals(7 * 8 * 8 * 3), [7, 8, 8, 3]);
    const batch = { pixels, texts: { tokens, endPositions: [2, 2, 2, 3] }, captionOf };
    try {
      return contrastiveGradient(towers, params, batch, largest);
    } finally {
      pixels.dispose();
    }
  }

  it('predicts how the loss changes along a direction in both towers', () => {
    const before = engineMemory();
    const direction = new Map(
      [...arrays].map(([name, { shape, data }]) => [
        name,
        // Small against the embeddings of tokens, which the first normalization divides by.
        { shape, data: new RandomStream(9, name).normals(data.length, 0, 0.02) },
      ]),
    );
    const step = 0.01;
    const lossAt = (by: number) => {
      const params = treeFromArrays(
        new Map(
          [...arrays].map(([name, { shape, data }]) => [
            name,
            { shape, data: data.map((value, i) => value + by * direction.get(name)!.data[i]) },
          ]),
        ),
      );
      const { loss, gradient } = gradientAt(params);
      disposeTree(gradient);
      disposeTree(params);
      return loss;
    };
    const params = treeFromArrays(arrays);
    const along = treeFromArrays(direction);
    const { gradient } = gradientAt(params);
    const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
    expect(Math.abs(dotTrees(gradient, along) - slope)).toBeLessThan(2e-3 * Math.abs(slope) + 1e-3);
    for (const tree of [gradient, params, along]) disposeTree(tree);
    expect(engineMemory()).toEqual(before);
  });

  it('lets the logit scale only fall at its bound', () => {
    const params = treeFromArrays(new Map([...arrays, ...initializeVision(vision, 11)]));
    const free = gradientAt(params).gradient;
    const bound = gradientAt(params, Math.exp(0.5)).gradient;
    const slope = free.get(LOGIT_SCALE)!.dataSync()[0];
    // Against the gradient it would rise.
    expect(slope).toBeLessThan(0);
    expect(bound.get(LOGIT_SCALE)!.dataSync()[0]).toBe(0);
    for (const tree of [free, bound, params]) disposeTree(tree);
  });
});
