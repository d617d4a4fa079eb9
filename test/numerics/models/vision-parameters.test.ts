import { describe, expect, it } from 'vitest';
import { visionArchitectureSchema } from '#contract/specs/common';
import type { NamedArray } from '#numerics/engine/tensor';
import {
  assertVisionParams,
  deduceVisionArchitecture,
  initializeVision,
  visionParameterShapes,
} from '#numerics/models/vision-parameters';
import { tinyArchitecture } from '#test/support/tiny-tower';

/** Changes one parameter of a sound set. */
function withChange(change: (params: Map<string, NamedArray>) => void): Map<string, NamedArray> {
  const params = initializeVision(tinyArchitecture, 1);
  change(params);
  return params;
}

describe('visionParameterShapes', () => {
  it('counts the parameters of CLIP ViT-B/32', () => {
    const shapes = visionParameterShapes({
      imageSize: 224,
      patchSize: 32,
      width: 768,
      layers: 12,
      heads: 12,
      mlpRatio: 4,
      featureSize: 512,
      activation: 'quickGelu',
    });
    const total = [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
    expect(total).toBe(87_849_216);
    expect(shapes.get('visual.positional_embedding')).toEqual([50, 768]);
  });
});

describe('initializeVision', () => {
  it('depends on seed and name alone', () => {
    const deeper = initializeVision({ ...tinyArchitecture, layers: 3 }, 1);
    const name = 'visual.conv1.weight';
    expect(initializeVision(tinyArchitecture, 1).get(name)).toEqual(deeper.get(name));
    expect(initializeVision(tinyArchitecture, 2).get(name)).not.toEqual(deeper.get(name));
  });

  it("draws with CLIP's deviations, gains one and biases zero", () => {
    const width = 64;
    const params = initializeVision({ ...tinyArchitecture, width }, 1);
    const deviationOf = (name: string) => {
      const { data } = params.get(`visual.${name}`)!;
      return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
    };
    const block = 'transformer.resblocks.1';
    const expected: Record<string, number> = {
      'conv1.weight': 48 ** -0.5,
      positional_embedding: width ** -0.5,
      proj: width ** -0.5,
      [`${block}.attn.in_proj_weight`]: width ** -0.5,
      [`${block}.attn.out_proj.weight`]: width ** -0.5 / 2,
      [`${block}.mlp.c_fc.weight`]: (2 * width) ** -0.5,
      [`${block}.mlp.c_proj.weight`]: width ** -0.5 / 2,
      [`${block}.ln_1.weight`]: 1,
      'ln_post.weight': 1,
      [`${block}.attn.in_proj_bias`]: 0,
      'ln_pre.bias': 0,
    };
    for (const [name, deviation] of Object.entries(expected)) {
      expect(Math.abs(deviationOf(name) - deviation), name).toBeLessThanOrEqual(0.1 * deviation);
    }
  });
});

describe('assertVisionParams', () => {
  it('accepts a sound set', () => {
    expect(() => assertVisionParams(tinyArchitecture, initializeVision(tinyArchitecture, 1))).not.toThrow();
  });

  it.each([
    ['missing', (p: Map<string, NamedArray>) => p.delete('visual.proj'), 'params_mismatch', 'visual.proj'],
    [
      'not expected',
      (p: Map<string, NamedArray>) => p.set('logit_scale', { shape: [], data: new Float32Array(1) }),
      'params_mismatch',
      'logit_scale',
    ],
    [
      'has shape [15]',
      (p: Map<string, NamedArray>) =>
        p.set('visual.ln_pre.bias', { shape: [15], data: new Float32Array(15) }),
      'params_mismatch',
      'visual.ln_pre.bias',
    ],
    [
      'NaN',
      (p: Map<string, NamedArray>) => (p.get('visual.proj')!.data[3] = NaN),
      'non_finite_params',
      'visual.proj',
    ],
    [
      'infinity',
      (p: Map<string, NamedArray>) => (p.get('visual.proj')!.data[3] = -Infinity),
      'non_finite_params',
      'visual.proj',
    ],
  ])('names a parameter that is wrong: %s', (problem, change, code, parameter) => {
    const check = () => assertVisionParams(tinyArchitecture, withChange(change));
    expect(check).toThrow(problem);
    expect(check).toThrow(expect.objectContaining({ code, data: { parameter } }));
  });
});

describe('deduceVisionArchitecture', () => {
  const { heads, activation } = tinyArchitecture;
  const shapesWith = (name: string, shape: number[]) =>
    new Map([...visionParameterShapes(tinyArchitecture), [name, shape]]);

  it('recovers every size from the shapes', () => {
    const shapes = visionParameterShapes({ ...tinyArchitecture, mlpRatio: 2.5 });
    const deduced = deduceVisionArchitecture(shapes, { heads, activation });
    expect(deduced).toEqual({ ...tinyArchitecture, mlpRatio: 2.5 });
    expect(visionArchitectureSchema.parse(deduced)).toEqual(deduced);
  });

  it.each([
    ['visual.positional_embedding', [6, 16], 'not a square plus one'],
    ['visual.conv1.weight', [16, 3, 4], '4 axes are expected'],
    ['visual.transformer.resblocks.1.ln_1.bias', [15], 'has shape [15]'],
    ['visual.transformer.resblocks.7.ln_1.bias', [16], 'is missing'],
  ])('names a parameter of an impossible shape: %s', (name, shape, problem) => {
    expect(() => deduceVisionArchitecture(shapesWith(name, shape), { heads, activation })).toThrow(problem);
  });

  it('refuses a number of heads that does not divide the width', () => {
    const shapes = visionParameterShapes(tinyArchitecture);
    expect(() => deduceVisionArchitecture(shapes, { heads: 3, activation })).toThrow('3 heads do not divide');
  });

  it('names a parameter that is missing', () => {
    expect(() => deduceVisionArchitecture(new Map(), { heads, activation })).toThrow('visual.conv1.weight');
  });
});
