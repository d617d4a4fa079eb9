import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { drawCaption, longestCaption, starterVocabulary } from '#numerics/data/starter/world/captions';
import { starterDomainSchema, type StarterDomain } from '#contract/specs/starter-domain';
import { starterDomains } from '#numerics/data/starter/world/domains';
import { drawPair } from '#numerics/data/starter/world/draw-pair';
import { applySensor, captures } from '#numerics/data/starter/world/sensors';
import { RandomStream } from '#numerics/engine/random';

const VALUES = 32 * 32 * 3;

function draw(domain: StarterDomain, classIndex: number, index: number, shift = 0.3, seed = 1) {
  return starterDomains[domain].draw(classIndex, shift, new RandomStream(seed, `test/${domain}`, index));
}

function hashOfDomain(domain: StarterDomain): string {
  const hash = createHash('sha256');
  for (let classIndex = 0; classIndex < starterDomains[domain].classes.length; classIndex++) {
    hash.update(draw(domain, classIndex, classIndex, 0.2).pixels);
    hash.update(draw(domain, classIndex, classIndex, 0.9).pixels);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Mean difference of two lists of images, in byte values. */
function differenceOf(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  let sum = 0;
  for (const [index, pixels] of a.entries()) {
    for (let i = 0; i < VALUES; i++) sum += Math.abs(pixels[i] - b[index][i]);
  }
  return sum / (a.length * VALUES);
}

const starterDomainNames = starterDomainSchema.options;

describe('the domains of the starter world', () => {
  test.each([
    ['cars', 'e90219c5a5246b7d'],
    ['textures', 'bc21a930acaca49d'],
    ['satellite', 'cfea978fb9f5c787'],
    ['signs', '1a823bb481c79d1a'],
    ['digits', 'cf9b94ca42c96849'],
    ['aerial', 'f549b644b5681d67'],
    ['scenes', 'd108eae4d9bd0658'],
    ['numbers', 'b5383309668b08af'],
    ['objects', '58a374999709397f'],
    ['letters', 'cbb8eef053768f96'],
  ] as const)('draw %s the same on every machine and in every version', (domain, pinned) => {
    expect(hashOfDomain(domain)).toBe(pinned);
  });

  test.each(starterDomainNames)('draw %s from seed and index alone', (domain) => {
    const first = draw(domain, 2, 5).pixels;
    draw(domain, 3, 9);
    expect(draw(domain, 2, 5).pixels).toEqual(first);
    expect(draw(domain, 2, 6).pixels).not.toEqual(first);
    expect(draw(domain, 2, 5, 0.3, 2).pixels).not.toEqual(first);
    expect(first).toHaveLength(VALUES);
  });

  it('have ten classes each, the control task twenty, and no class name twice', () => {
    for (const domain of starterDomainNames) {
      const { classes } = starterDomains[domain];
      expect(classes).toHaveLength(domain === 'objects' ? 20 : 10);
      expect(new Set(classes).size).toBe(classes.length);
    }
  });

  // Clean images of the same stream share colors and placement, so that only the class differs.
  test.each(starterDomainNames)('draw every class of %s visibly unlike the others', (domain) => {
    const { classes } = starterDomains[domain];
    const images = classes.map((_, classIndex) =>
      [0, 1, 2, 3].map((index) => draw(domain, classIndex, index, 0).pixels),
    );
    const differences = images.flatMap((a, i) => images.slice(0, i).map((b) => differenceOf(a, b)));
    expect(Math.min(...differences)).toBeGreaterThan(2);
  });

  it('use the whole range of bytes without wrapping around', () => {
    // A wrapped value would be a black pixel on white paper, far from its eight neighbors.
    const { pixels } = draw('digits', 1, 3, 0.01);
    const corner = [...pixels.slice(0, 12)];
    expect(Math.max(...pixels)).toBeGreaterThan(245);
    expect(Math.min(...pixels)).toBeLessThan(10);
    expect(Math.max(...corner) - Math.min(...corner)).toBeLessThan(20);
  });
});

describe('pairs', () => {
  it('are drawn from the stream alone and named by five words of the vocabulary', () => {
    const one = drawPair(0.3, new RandomStream(1, 'pairs', 0));
    expect(drawPair(0.3, new RandomStream(1, 'pairs', 0))).toEqual(one);
    for (let index = 0; index < 100; index++) {
      const { words } = drawPair(0.3, new RandomStream(1, 'pairs', index));
      expect(words).toHaveLength(5);
      expect(['left', 'right', 'above', 'below']).toContain(words[2]);
      for (const word of words) expect(starterVocabulary).toContain(word);
      expect(words[1]).not.toBe(words[4]);
    }
  });
});

describe('sensors', () => {
  const { pixels } = draw('scenes', 4, 1);

  it('leave the image alone when they rotate by 0 degrees, stretch by 1, or are none', () => {
    expect(applySensor(pixels, { kind: 'none' })).toEqual(pixels);
    expect(applySensor(pixels, { kind: 'rotate', degrees: 0 })).toEqual(pixels);
    expect(applySensor(pixels, { kind: 'stretch', factor: 1 })).toEqual(pixels);
  });

  it('take channel c from the channel that the order names', () => {
    const out = applySensor(pixels, { kind: 'channels', order: [1, 2, 0] });
    for (let i = 0; i < VALUES; i += 3) {
      expect([out[i], out[i + 1], out[i + 2]]).toEqual([pixels[i + 1], pixels[i + 2], pixels[i]]);
    }
  });

  it('rotate counterclockwise about the center', () => {
    const out = applySensor(pixels, { kind: 'rotate', degrees: 90 });
    for (const [row, column] of [
      [0, 5],
      [10, 31],
      [17, 4],
    ]) {
      // What was at the right is now at the top.
      const from = 3 * (column * 32 + (31 - row));
      expect(Math.abs(out[3 * (row * 32 + column)] - pixels[from])).toBeLessThanOrEqual(1);
    }
  });

  it('stretch the width about the center and keep the height', () => {
    const ramp = Uint8Array.from({ length: VALUES }, (_, i) => 4 * (Math.floor(i / 3) % 32));
    const out = applySensor(ramp, { kind: 'stretch', factor: 2 });
    expect(out[0]).toBe(31); // 4 · (15.5 − 15.5/2)
    expect(out[3 * 31]).toBe(93);
    expect(out.slice(0, 96)).toEqual(out.slice(96, 192));
  });

  it('are given for every task and the control task', () => {
    expect(Object.keys(captures)).toEqual(starterDomainNames.filter((domain) => domain !== 'letters'));
  });
});

describe('captions', () => {
  const captionsOf = (domain: StarterDomain, classIndex: number): string[] => {
    const drawing = draw(domain, classIndex, 0);
    const stream = new RandomStream(3, `captions/${domain}`, classIndex);
    return Array.from({ length: 200 }, () => drawCaption(domain, classIndex, drawing, stream));
  };

  test.each(starterDomainNames)('of %s have at most seven words, all of the vocabulary', (domain) => {
    for (let classIndex = 0; classIndex < starterDomains[domain].classes.length; classIndex++) {
      for (const caption of captionsOf(domain, classIndex)) {
        const words = caption.split(' ');
        expect(words.length).toBeLessThanOrEqual(longestCaption);
        expect(words.every((word) => starterVocabulary.includes(word))).toBe(true);
      }
    }
  });

  test.each([
    ['cars', 0.2],
    ['scenes', 0.2],
    ['objects', 0.1],
    ['letters', 0.1],
  ] as const)('of %s are coarse at the planned rate', (domain, share) => {
    const { classes } = starterDomains[domain];
    const coarse = classes.flatMap((name, classIndex) =>
      captionsOf(domain, classIndex).filter((caption) => !caption.split(' ').includes(name)),
    );
    expect(Math.abs(coarse.length / (200 * classes.length) - share)).toBeLessThan(0.03);
  });

  it('name the colors that were drawn', () => {
    const drawing = draw('cars', 0, 0);
    const stream = new RandomStream(1, 'captions');
    const captions = Array.from({ length: 200 }, () => drawCaption('cars', 0, drawing, stream));
    expect(captions).toContain(`photo ${drawing.foreground} sedan car on ${drawing.background}`);
    expect(captions).toContain('image sedan car');
  });

  it('draw on a vocabulary without repetition', () => {
    expect(starterVocabulary).toHaveLength(133);
    expect([...new Set(starterVocabulary)].sort()).toEqual(starterVocabulary);
  });
});
