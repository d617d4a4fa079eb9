import { describe, expect, it } from 'vitest';
import { activationEvidence, headEvidence, parseOpenClipConfig } from '#numerics/models/checkpoint/evidence';
import type { CheckpointFiles } from '#numerics/models/checkpoint/clip-checkpoint';
import { Facts } from '#numerics/models/checkpoint/facts';
import { findLayout } from '#numerics/models/checkpoint/find-layout';
import { nameNumberedTensors } from '#numerics/models/checkpoint/numbered-list';
import type { Checkpoint } from '#numerics/models/checkpoint/open-checkpoint';
import type { StoredTensor } from '#numerics/models/stored-tensor';
import { visionParameterShapes } from '#numerics/models/vision-parameters';
import { tinyArchitecture } from '#test/support/tiny-tower';

describe('findLayout', () => {
  it.each([
    ['open-clip', 'visual.class_embedding', ''],
    ['open-clip', 'state_dict.module.visual.class_embedding', 'state_dict.module.'],
    ['hugging-face', 'clip.vision_model.embeddings.class_embedding', 'clip.'],
    ['numbered', 'model.params0.0', 'model.'],
  ])('recognizes %s by %s', (layout, name, prefix) => {
    expect(findLayout(['x', name], 'file')).toEqual({ layout, prefix });
  });

  it.each([
    ['nothing', [], 'holds no tensors'],
    ['another network', ['conv1.weight', 'fc.bias'], 'has none of the names of a CLIP image tower'],
    [
      'two encoders',
      ['teacher.visual.class_embedding', 'student.visual.class_embedding'],
      'holds 2 image towers (below "teacher.", "student.")',
    ],
  ])('refuses %s', (_, names, problem) => {
    expect(() => findLayout(names, 'file')).toThrow(
      expect.objectContaining({
        code: 'checkpoint_format',
        message: expect.stringContaining(problem) as unknown,
      }),
    );
  });
});

describe('nameNumberedTensors', () => {
  const visual = [...visionParameterShapes(tinyArchitecture)];
  const text: [string, number[]][] = [
    ['positional_embedding', [7, 12]],
    ['text_projection', [12, 6]],
    ['logit_scale', []],
  ];
  const after: [string, number[]][] = [
    ['token_embedding.weight', [20, 12]],
    ['ln_final.weight', [12]],
    ['ln_final.bias', [12]],
  ];
  const tensor = (shape: readonly number[]): StoredTensor => ({
    shape,
    read: () => Promise.resolve(new Float32Array()),
  });
  const lists = (shapes: readonly (readonly number[])[], theirs = shapes) =>
    new Map([
      ...theirs.map((shape, i) => [`params.${i}`, tensor(shape)] as const),
      ...shapes.map((shape, i) => [`params0.${i}`, tensor(shape)] as const),
    ]);
  const shapesOf = (entries: readonly (readonly [string, readonly number[]])[]) =>
    entries.map(([, shape]) => shape);

  it.each([
    ['with what is left of the text tower', [...text, ...visual, ...after]],
    ['of an image tower alone', visual],
  ])('names the parameters of a list %s', (_, entries) => {
    const { params0, params } = nameNumberedTensors(lists(shapesOf(entries)), 'file');
    expect([...params0.keys()]).toEqual(entries.map(([name]) => name));
    expect([...params.keys()]).toEqual([...params0.keys()]);
    expect(params0.get('visual.proj')!.shape).toEqual(
      visionParameterShapes(tinyArchitecture).get('visual.proj'),
    );
  });

  const whole = shapesOf([...text, ...visual, ...after]);
  it.each([
    ['lists of unequal length', lists(whole, whole.slice(1)), 'differ in shape|entries'],
    ['one parameter too many', lists([...whole, [3]]), 'not those of a CLIP model'],
    [
      'two parameters exchanged',
      lists([...whole.slice(0, 5), whole[6], whole[5], ...whole.slice(7)]),
      'not those of',
    ],
    [
      'a gap',
      new Map([...lists(whole)].filter(([name]) => name !== 'params0.4')),
      'params0.4 is missing, but there is params0',
    ],
  ])('refuses %s', (_, tensors, problem) => {
    expect(() => nameNumberedTensors(tensors, 'file')).toThrow(
      expect.objectContaining({
        code: 'checkpoint_format',
        message: expect.stringMatching(problem) as unknown,
      }),
    );
  });
});

describe('evidence', () => {
  const files = (weights: Partial<Checkpoint>, names: string[] = []): CheckpointFiles => ({
    label: 'file',
    weights: {
      container: 'zip',
      tensors: new Map(),
      metadata: {},
      values: new Map(),
      classes: new Map(),
      unknownGlobals: [],
      ...weights,
    },
    names,
    config: null,
    processor: null,
    openClipConfig: null,
  });
  const gelu = 'visual.transformer.resblocks.0.mlp.gelu';
  const activationOf = (checkpoint: CheckpointFiles) =>
    new Facts().decide(
      'activation',
      { value: undefined, source: '' },
      activationEvidence(checkpoint, '', parseOpenClipConfig(null, 'file')),
    );

  it.each([
    ['the class QuickGELU', files({ classes: new Map([[gelu, 'open_clip.model.QuickGELU']]) }), 'quickGelu'],
    ['the class GELU', files({ classes: new Map([[gelu, 'torch.nn.modules.activation.GELU']]) }), 'gelu'],
    ['an archive of OpenAI', files({ container: 'torchscript' }), 'quickGelu'],
    ['a name with quickgelu', files({}, ['vit_b_32-QuickGELU-laion400m.pt']), 'quickGelu'],
    ['a name with openai', files({}, ['pytorch_model.bin', 'clip-openai']), 'quickGelu'],
    ['any other name', files({}, ['ViT-B-32-laion2b.pt']), undefined],
  ])('of the activation is read from %s', (_, checkpoint, expected) => {
    expect(activationOf(checkpoint)).toBe(expected);
  });

  it('of heads knows that wide published towers do not have 64 numbers a head', () => {
    const headsOf = (width: number) =>
      new Facts().decide(
        'heads',
        { value: undefined, source: '' },
        headEvidence(files({}), '', width, undefined),
      );
    expect([768, 1024, 1280, 1664].map(headsOf)).toEqual([12, 16, 16, 16]);
    expect(headsOf(999)).toBeUndefined();
  });
});
