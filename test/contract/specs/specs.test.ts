import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { parseRunSpec, retiredSpecs as retired, runKindSchema, runSpecText } from '#contract/specs/index';
import { sha256 } from '#artifacts/sha256';
import { finetuneSpec } from '#test/support/specs';
import { retiredSpecs, storedSpecs } from '#test/support/stored-specs';

describe('parseRunSpec', () => {
  it.each(storedSpecs)('still reads the stored specification $name as its newest version', ({ spec }) => {
    const newest = storedSpecs
      .filter((other) => other.spec.kind === spec.kind)
      .reduce((a, b) => (Number(a.spec.specVersion) > Number(b.spec.specVersion) ? a : b));
    expect(parseRunSpec(spec)).toEqual(newest.spec);
  });

  it('has a stored specification of every kind', () => {
    expect(new Set(storedSpecs.map(({ spec }) => spec.kind))).toEqual(new Set(runKindSchema.options));
  });

  it('has an older version of everything that it has retired', () => {
    const versions = Object.values(retired).flatMap((reasons) => Object.keys(reasons));
    expect(retiredSpecs).toHaveLength(versions.length);
    expect(versions.length).toBeGreaterThan(2);
  });

  it.each(retiredSpecs)('refuses the retired specification $name, and says what it was', ({ spec }) => {
    const { kind, specVersion } = spec;
    const words = retired[kind as keyof typeof retired]![Number(specVersion)];
    expect(() => parseRunSpec(spec)).toThrow(
      expect.objectContaining({
        code: 'retired_spec',
        kind: 'user',
        message: expect.stringContaining(words) as string,
        data: { kind, specVersion },
      }),
    );
  });

  it('names every offending field', () => {
    const spec = finetuneSpec();
    const wrong = {
      ...spec,
      params: { ...spec.params, mode: 'ntk', schedule: { ...spec.params.schedule, steps: 0 } },
    };
    expect(() => parseRunSpec(wrong)).toThrow(/params\.mode.*params\.schedule\.steps/s);
  });

  it('refuses a property it does not know, so that a misspelt option is not ignored', () => {
    const spec = finetuneSpec();
    expect(() => parseRunSpec({ ...spec, params: { ...spec.params, learnignRate: 1 } })).toThrow(AppError);
  });

  it.each([null, 3, 'x', [], {}, { kind: 'finetune' }, { kind: 'nothing', specVersion: 1 }])(
    'refuses %j with a typed error',
    (input) => {
      expect(() => parseRunSpec(input)).toThrow(expect.objectContaining({ code: 'invalid_spec' }));
    },
  );

  it('refuses a warm-up that is longer than the training', () => {
    const spec = finetuneSpec();
    const schedule = { ...spec.params.schedule, steps: 10, warmupSteps: 10 };
    expect(() => parseRunSpec({ ...spec, params: { ...spec.params, schedule } })).toThrow(/warmupSteps/);
  });

  it('takes an old version through every migration from it on', () => {
    const old = { ...finetuneSpec(), specVersion: 1, seed: undefined, randomSeed: 7 };
    const rename = ({ randomSeed, ...spec }: Record<string, unknown>) => ({ ...spec, seed: randomSeed });
    const raise = (spec: Record<string, unknown>) => ({ ...spec, specVersion: 2 });
    expect(parseRunSpec(old, { finetune: [rename, raise] })).toMatchObject({ seed: 7 });
  });
});

describe('runSpecText', () => {
  it('gives equal specs one identity, whatever the order of their properties', () => {
    const spec = finetuneSpec();
    const reordered = Object.fromEntries(Object.entries(spec).reverse());
    expect(runSpecText(parseRunSpec(reordered))).toBe(runSpecText(spec));
  });

  it('is pinned: a change of it would orphan every stored run', () => {
    expect(sha256(runSpecText(finetuneSpec()))).toMatchInlineSnapshot(
      `"6a4d8f4aacbc3f0eb81173540afe9d47a7d5978979e89841baac9c93773eadf7"`,
    );
  });

  it('tells specs apart that differ in one number', () => {
    expect(runSpecText({ ...finetuneSpec(), seed: 1 })).not.toBe(runSpecText(finetuneSpec()));
  });
});
