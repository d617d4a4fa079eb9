import { describe, expect, it } from 'vitest';
import { philox, RandomStream } from '#numerics/engine/random';

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('philox', () => {
  // Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
  it('gives the published answer for the zero counter and key', () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
  });

  it('gives the published answer for all bits set', () => {
    const ones = 0xffff_ffff;
    expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
  });

  it('gives the published answer for the digits of pi', () => {
    const answer = philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]);
    expect(hex(answer)).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });
});

describe('RandomStream', () => {
  it('repeats itself for the same seed, purpose and index, and for no other', () => {
    const draw = (seed: number, purpose: string, index: number) =>
      new RandomStream(seed, purpose, index).normals(8).join();
    expect(draw(1, 'noise', 0)).toBe(draw(1, 'noise', 0));
    expect(draw(1, 'noise', 0)).not.toBe(draw(2, 'noise', 0));
    expect(draw(1, 'noise', 0)).not.toBe(draw(1, 'order', 0));
    expect(draw(1, 'noise', 0)).not.toBe(draw(1, 'noise', 1));
  });

  it('draws normals with mean 0 and deviation 1', () => {
    const draws = new RandomStream(7, 'moments').normals(40_000);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('fills an array of odd length with normals of mean 0 and the deviation', () => {
    const draws = new Float32Array(40_001);
    new RandomStream(7, 'bulk').fillNormals(draws, 0.5);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    const beyond = draws.filter((x) => Math.abs(x) > 1).length / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.008);
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.004);
    expect(draws.at(-1)).not.toBe(0);
  });

  it('permutes without losing or repeating an element', () => {
    const order = new RandomStream(3, 'permutation').permutation(257);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 257 }, (_, i) => i));
    expect([...order]).not.toEqual(Array.from({ length: 257 }, (_, i) => i));
  });

  it('draws every integer below the bound about equally often', () => {
    const stream = new RandomStream(5, 'integers');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) counts[stream.integer(10)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
