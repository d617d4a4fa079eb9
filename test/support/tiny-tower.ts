import type { VisionArchitecture } from '#contract/specs/common';
import { treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { RandomStream } from '#numerics/engine/random';
import { createTensor, type Tensor } from '#numerics/engine/tensor';
import type { Head } from '#numerics/models/head';
import { initializeVision } from '#numerics/models/vision-parameters';

/** A tower small enough for every test: width 16, two layers, five tokens. */
export const tinyArchitecture: VisionArchitecture = {
  imageSize: 8,
  patchSize: 4,
  width: 16,
  layers: 2,
  heads: 2,
  mlpRatio: 4,
  featureSize: 6,
  activation: 'quickGelu',
};

/** Initial parameters of the tiny tower with every bias and gain moved off its start; belong to the caller. */
export function tinyParams(seed: number): ParamTree {
  const arrays = [...initializeVision(tinyArchitecture, seed)].map(([name, { shape, data }]) => {
    const noise = new RandomStream(seed, `noise:${name}`);
    return [name, { shape, data: data.map((value) => value + noise.normal(0, 0.05)) }] as const;
  });
  return treeFromArrays(new Map(arrays));
}

/** A small displacement of the tiny tower's parameters; belongs to the caller. */
export function tinyDelta(seed: number, deviation = 0.02): ParamTree {
  const arrays = [...initializeVision(tinyArchitecture, seed)].map(([name, { shape, data }]) => {
    const noise = new RandomStream(seed, `delta:${name}`);
    return [name, { shape, data: noise.normals(data.length, 0, deviation) }] as const;
  });
  return treeFromArrays(new Map(arrays));
}

/** Random normalized images for the tiny tower; belong to the caller. */
export function tinyPixels(batch: number, seed = 1): Tensor {
  const { imageSize: S } = tinyArchitecture;
  return createTensor(new RandomStream(seed, 'pixels').normals(batch * S * S * 3), [batch, S, S, 3]);
}

/** A random frozen head for the tiny tower. */
export function tinyHead(classes: number): Head {
  const { featureSize } = tinyArchitecture;
  return {
    classes,
    featureSize,
    weight: new RandomStream(3, 'head').normals(classes * featureSize, 0, 2),
    bias: new RandomStream(3, 'head bias').normals(classes, 0, 0.1),
  };
}
