import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#contract/canonical-json';

describe('canonicalJson', () => {
  it('does not depend on the order in which properties were set', () => {
    expect(canonicalJson({ b: 1, a: [2, { d: null, c: 'x' }] })).toBe('{"a":[2,{"c":"x","d":null}],"b":1}');
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('writes numbers so that they read back equal, and equal numbers equally', () => {
    expect(canonicalJson([1e-5, 0.1 + 0.2, -0, 1.0])).toBe('[0.00001,0.30000000000000004,0,1]');
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson({ lr: Number.NaN })).toThrow(TypeError);
    expect(() => canonicalJson(Number.POSITIVE_INFINITY)).toThrow(TypeError);
    expect(() => canonicalJson(new Map())).toThrow(TypeError);
  });
});
