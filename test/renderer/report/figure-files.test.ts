import { inflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiRequest } from '#contract/api';
import { makeFigure } from '#renderer/state/figure-files.ts';
import { FigureSettings } from '#renderer/state/figure-settings.svelte.ts';
import { setPngResolution } from '#renderer/state/png-resolution.ts';
import { FakeClient } from '#test/support/fake-client';
import { stubStorage } from '#test/support/fake-storage';
import { onePixel } from '#test/support/sample-image';

let kept: Map<string, string>;
beforeEach(() => {
  kept = stubStorage();
});

const source = { kind: 'sweep', runId: 'abc' } as const;

describe('a figure that is copied or saved', () => {
  it('is drawn in the look that this browser remembers', () => {
    const settings = new FigureSettings();
    expect([settings.style, settings.width]).toEqual([{ preset: 'plain', palette: 'color-blind' }, 'single']);
    settings.setStyle({ preset: 'nature' });
    settings.setStyle({ palette: 'greyscale' });
    settings.setWidth('double');
    const again = new FigureSettings();
    expect([again.style, again.width]).toEqual([{ preset: 'nature', palette: 'greyscale' }, 'double']);
  });

  it.each(['{', '"odd"', '{"style":{"preset":"vogue"},"width":"single"}'])(
    'has the usual look where another version remembered %s',
    (text) => {
      kept.set('tangent.figures', text);
      expect(new FigureSettings().style).toEqual({ preset: 'plain', palette: 'color-blind' });
    },
  );

  it('is made by the host, and as a PNG by the page from its SVG', async () => {
    const asked: ApiRequest<'figures.draw'>[] = [];
    const client = new FakeClient({
      'figures.draw': (request) => {
        asked.push(request as ApiRequest<'figures.draw'>);
        return {
          name: `sweep.${request.format}`,
          mediaType: `text/${request.format}`,
          bytes: new TextEncoder().encode(request.format),
        };
      },
    });
    const rasterize = (svg: Uint8Array) =>
      Promise.resolve(new TextEncoder().encode(`png of ${new TextDecoder().decode(svg)}`));
    const settings = new FigureSettings();
    const make = (kind: 'csv' | 'png') => makeFigure(client, source, kind, settings, rasterize);
    const [csv, png] = [await make('csv'), await make('png')];
    expect([csv.name, csv.mediaType, new TextDecoder().decode(csv.bytes)]).toEqual([
      'sweep.csv',
      'text/csv',
      'csv',
    ]);
    expect([png.name, png.mediaType, new TextDecoder().decode(png.bytes)]).toEqual([
      'sweep.png',
      'image/png',
      'png of svg',
    ]);
    expect(asked[1]).toEqual({ source, format: 'svg', style: settings.style, width: 'single' });
  });
});

describe('the resolution of a PNG', () => {
  it('stands behind its header, and leaves the picture as it is', () => {
    const png = setPngResolution(onePixel, 300);
    const view = new DataView(png.buffer);
    const chunks = new Map<string, Uint8Array>();
    for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
      const name = new TextDecoder('latin1').decode(png.subarray(at + 4, at + 8));
      chunks.set(name, png.subarray(at + 8, at + 8 + view.getUint32(at)));
    }
    expect([...chunks.keys()].slice(0, 2)).toEqual(['IHDR', 'pHYs']);
    // 11,811 dots per meter are 300 dpi; 1 is the meter.
    expect([...chunks.get('pHYs')!]).toEqual([0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1]);
    // CRC-32 of the chunk, as zlib computes it.
    expect(view.getUint32(33 + 17)).toBe(0x78a53f76);
    expect(inflateSync(chunks.get('IDAT')!).length).toBeGreaterThan(0);
  });
});
