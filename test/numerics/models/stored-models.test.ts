import { describe, expect, it } from 'vitest';
import { drawClassEmbeddings } from '#numerics/models/class-embeddings';
import { decodeHead, encodeHead, readHeadTensors, type StoredHead } from '#numerics/models/head-file';
import { decodeModel, encodeModel, type StoredModel } from '#numerics/models/model-file';
import { encodeSafetensors } from '#numerics/models/safetensors';
import { initializeVision } from '#numerics/models/vision-parameters';
import { tinyArchitecture } from '#test/support/tiny-tower';

const model: StoredModel = {
  name: 'tiny',
  architecture: tinyArchitecture,
  naming: 'open-clip',
  origin: 'f'.repeat(64),
  doubts: ['activation: assumed'],
  preprocessing: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  params: initializeVision(tinyArchitecture, 1),
};

const head: StoredHead = {
  classes: 3,
  featureSize: 2,
  weight: Float32Array.of(1, 2, 3, 4, 5, 6),
  bias: Float32Array.of(0, 0, 1),
  classNames: ['cat', 'dog', 'œuf'],
  origin: 'f'.repeat(64),
};

describe('a stored model', () => {
  it('comes back as it was', () => {
    const { params, ...facts } = decodeModel(encodeModel(model), 'file');
    const { params: expected, ...expectedFacts } = model;
    expect(facts).toEqual(expectedFacts);
    expect(params).toEqual(new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
  });

  it('is the same bytes for the same weights in another order', () => {
    const shuffled = { ...model, params: new Map([...model.params].reverse()) };
    expect(encodeModel(shuffled)).toEqual(encodeModel(model));
  });

  it('is read as well from a Node.js buffer that is part of a larger one', () => {
    const bytes = encodeModel(model);
    const part = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, 3 + bytes.length);
    expect(decodeModel(part, 'file').params).toEqual(decodeModel(bytes, 'file').params);
  });

  it('is refused where a weight is not a number, by its name', () => {
    const params = new Map(model.params);
    params.set('visual.proj', {
      ...params.get('visual.proj')!,
      data: params.get('visual.proj')!.data.map(() => NaN),
    });
    expect(() => decodeModel(encodeModel({ ...model, params }), 'file')).toThrow(
      expect.objectContaining({ code: 'non_finite_params', data: { parameter: 'visual.proj' } }),
    );
  });

  it('is refused where it does not say what it is', () => {
    expect(() => decodeModel(encodeSafetensors(model.params, {}), 'file')).toThrow(
      expect.objectContaining({ code: 'checkpoint_format' }),
    );
  });
});

describe('a stored head', () => {
  it('comes back as it was', () => {
    expect(decodeHead(encodeHead(head), 'file')).toEqual(head);
  });

  it('may leave out its bias, which is then zero', () => {
    const tensors = new Map([['weight', { shape: [3, 2], data: head.weight }]]);
    expect(readHeadTensors(tensors, 'file', head.classNames).bias).toEqual(new Float32Array(3));
  });

  it.each([
    ['params_mismatch', new Map([['weight', { shape: [6], data: head.weight }]])],
    [
      'params_mismatch',
      new Map([
        ['weight', { shape: [3, 2], data: head.weight }],
        ['bias', { shape: [2], data: new Float32Array(2) }],
      ]),
    ],
    ['class_mismatch', new Map([['weight', { shape: [2, 3], data: head.weight }]])],
    ['non_finite_params', new Map([['weight', { shape: [3, 2], data: head.weight.map(() => Infinity) }]])],
  ])('is refused with %s', (code, tensors) => {
    expect(() => readHeadTensors(tensors, 'file', head.classNames)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('drawClassEmbeddings', () => {
  const dot = (rows: Float32Array, i: number, j: number, F: number) =>
    rows.subarray(i * F, (i + 1) * F).reduce((sum, value, f) => sum + value * rows[j * F + f], 0);

  it('draws orthogonal directions of the given length', () => {
    const rows = drawClassEmbeddings(6, 8, 20, 1);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) expect(dot(rows, i, j, 8)).toBeCloseTo(i === j ? 400 : 0, 3);
    }
  });

  it('starts another orthogonal block where there are more classes than features', () => {
    const rows = drawClassEmbeddings(7, 4, 1, 1);
    for (let i = 0; i < 7; i++) expect(dot(rows, i, i, 4)).toBeCloseTo(1, 5);
    expect(dot(rows, 4, 6, 4)).toBeCloseTo(0, 5);
    expect(Math.abs(dot(rows, 0, 4, 4))).toBeGreaterThan(1e-3);
  });

  it('depends on the seed', () => {
    expect(drawClassEmbeddings(3, 4, 1, 1)).not.toEqual(drawClassEmbeddings(3, 4, 1, 2));
  });
});
