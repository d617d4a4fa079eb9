import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, JournalPreset } from '#contract/figure-style';
import { journalFormats, journalPresetSchema } from '#contract/figure-style';
import { measureText } from '#report/drawing/fonts';
import { layoutFigure } from '#report/drawing/layout-figure';
import type { Box, Shape } from '#report/drawing/scene';
import { writePdf } from '#report/drawing/write-pdf';
import { writeSvg } from '#report/drawing/write-svg';
import { hasPoppler, readPdf } from '#test/support/pdf-tools';
import { sampleFigures } from '#test/support/sample-figures';
import { onePixel } from '#test/support/sample-image';

const plain: FigureStyle = { preset: 'plain', palette: 'color-blind' };
const names = Object.keys(sampleFigures) as (keyof typeof sampleFigures)[];
const [hostile] = ['<script>alert("x")</script> & 中\u0000 \n%_'];

const images: FigureDocument = {
  id: 'images',
  title: 'Images',
  caption: '',
  body: {
    kind: 'images',
    columns: 4,
    rows: [
      {
        title: 'class 0',
        images: Array.from({ length: 6 }, (_, i) => ({
          bytes: onePixel,
          mediaType: 'image/png' as const,
          label: `image ${i}`,
        })),
      },
    ],
  },
};

function flatten(shapes: readonly Shape[]): Shape[] {
  return shapes.flatMap((shape) => (shape.kind === 'clip' ? flatten(shape.shapes) : [shape]));
}

function textsOf(figure: FigureDocument, style = plain) {
  return flatten(layoutFigure(figure, style, 'double').shapes).filter((shape) => shape.kind === 'text');
}

describe('the layout of figures', () => {
  test.each(journalPresetSchema.options)('is as wide as %s asks for, and no text leaves it', (preset) => {
    for (const name of names) {
      for (const column of ['single', 'double'] as const) {
        const scene = layoutFigure(sampleFigures[name], { ...plain, preset }, column);
        expect(scene.width).toBe(journalFormats[preset][column]);
        for (const shape of flatten(scene.shapes)) {
          if (shape.kind !== 'text' || shape.angle !== 0) continue;
          const box = boxOf(shape, preset);
          expect(box.x, `${name} ${column}: ${shape.text}`).toBeGreaterThan(-1);
          expect(box.x + box.width, `${name} ${column}: ${shape.text}`).toBeLessThan(scene.width + 1);
          expect(shape.y).toBeLessThanOrEqual(scene.height);
        }
      }
    }
  });

  test.each(names)('of %s lets no upright text cover another', (name) => {
    for (const column of ['single', 'double'] as const) {
      const boxes = flatten(layoutFigure(sampleFigures[name], plain, column).shapes).flatMap((shape) =>
        shape.kind === 'text' && shape.angle === 0 ? [{ text: shape.text, ...boxOf(shape, 'plain') }] : [],
      );
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          expect(overlap(a, b), `${column}: "${a.text}" and "${b.text}"`).toBe(false);
        }
      }
    }
  });

  test('puts a cell of a map where its α lie, in the color of its ξ', () => {
    const scene = layoutFigure(sampleFigures.maps, plain, 'double');
    const [firstPanel] = scene.shapes.filter((shape) => shape.kind === 'clip');
    const cells = firstPanel.shapes.filter((shape) => shape.kind === 'rectangle').slice(0, 21 * 21);
    const { box } = firstPanel;
    // α from −2 to 2 in steps of 0.2, each cell 0.2 wide on axes from −2.1 to 2.1: 21 columns fill the box.
    expect(cells[0].x).toBeCloseTo(box.x, 6);
    expect(cells[0].y).toBeCloseTo(box.y, 6);
    expect(cells[0].fill).toBe('#fde725');
    const middle = cells[10 * 21 + 10];
    expect(middle.x + box.width / 42).toBeCloseTo(box.x + box.width / 2, 6);
    expect(middle.fill).toBe('#440154');
  });

  test('names axes that all panels share once in each row and column', () => {
    const texts = textsOf(sampleFigures.multiples).map(({ text }) => text);
    expect(texts.filter((text) => text === 'loss')).toHaveLength(2);
    expect(texts.filter((text) => text === 'step')).toHaveLength(4);
    expect(texts.filter((text) => text === 'Linear FT')).toHaveLength(1);
  });

  test('shows names of points only where they cover nothing', () => {
    const texts = textsOf(sampleFigures.scatter).map(({ text }) => text);
    for (const label of ['signs', 'plant leaves', 'faces']) expect(texts).toContain(label);
  });

  test('leaves a gap where no bar was measured', () => {
    const bars = flatten(layoutFigure(sampleFigures.bars, plain, 'double').shapes).filter(
      (shape) => shape.kind === 'rectangle' && shape.height > 10,
    );
    expect(bars).toHaveLength(3 * 8 - 1);
  });
});

describe('figures as SVG', () => {
  test('are the same bytes each time, and hold neither ids nor images', () => {
    for (const name of names) {
      const svg = writeSvg(sampleFigures[name], plain, 'double');
      expect(writeSvg(sampleFigures[name], plain, 'double')).toBe(svg);
      expect(svg).not.toMatch(/ id=|<image|url\(|<script|NaN|undefined/);
    }
  });

  test('escape whatever a task is called', () => {
    const figure = { ...images, title: hostile, caption: hostile };
    const svg = writeSvg(figure, plain, 'single');
    expect(svg).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; 中');
    expect(svg).not.toContain('<script>');
    expect(svg).not.toContain('\u0000');
  });

  test('are as they were', async () => {
    for (const name of ['bars', 'violins', 'scatter'] as const) {
      await expect(writeSvg(sampleFigures[name], plain, 'single')).toMatchFileSnapshot(
        `snapshots/${name}.svg`,
      );
    }
  });
});

describe.runIf(hasPoppler())('figures as PDF', () => {
  test.each(names)('%s: fonts are embedded, text stays text, nothing is an image', async (name) => {
    const figure = sampleFigures[name];
    const bytes = await writePdf(figure, plain, 'double');
    const pdf = readPdf(bytes);
    expect(pdf.fonts).toEqual([
      { name: expect.stringContaining('Arimo-Regular') as string, type: 'CID TrueType', isEmbedded: true },
    ]);
    expect(pdf.imageCount).toBe(0);
    expect(pdf.pageCount).toBe(1);
    expect(Buffer.compare(Buffer.from(await writePdf(figure, plain, 'double')), Buffer.from(bytes))).toBe(0);
    // Every upright text lies where the layout, and with it the SVG, has it.
    for (const shape of textsOf(figure).filter(({ angle }) => angle === 0)) {
      const box = boxOf(shape, 'plain');
      const [first] = shape.text.split(' ');
      const isThere = pdf.words.some(
        ({ text, left, bottom }) =>
          text === first && Math.abs(left - box.x) < 0.6 && Math.abs(bottom - shape.y) < shape.size * 0.4,
      );
      expect(isThere, shape.text).toBe(true);
    }
  });

  test('of images have the images', async () => {
    expect(readPdf(await writePdf(images, plain, 'single')).imageCount).toBe(6);
  });

  test('of images with transparency are the same bytes each time, whichever is unpacked first', async () => {
    const bytes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        // Large ones first, so that later ones would be done before them.
        sharp({
          create: {
            width: 600 - 50 * i,
            height: 400,
            channels: 4,
            background: { r: i, g: 9, b: 9, alpha: 0.5 },
          },
        })
          .png()
          .toBuffer(),
      ),
    );
    const figure: FigureDocument = {
      ...images,
      body: {
        kind: 'images',
        columns: 4,
        rows: [
          { title: '', images: bytes.map((png) => ({ bytes: png, mediaType: 'image/png', label: '' })) },
        ],
      },
    };
    const [first, second] = await Promise.all([
      writePdf(figure, plain, 'single'),
      writePdf(figure, plain, 'single'),
    ]);
    expect(Buffer.compare(Buffer.from(first), Buffer.from(second))).toBe(0);
    expect(readPdf(first).imageCount).toBe(12);
  });

  test('in the letters of a journal that prints Times', async () => {
    const pdf = readPdf(await writePdf(sampleFigures.lines, { ...plain, preset: 'icml' }, 'single'));
    expect(pdf.fonts.map(({ name }) => name)).toEqual([expect.stringContaining('Tinos')]);
  });
});

function boxOf(shape: Extract<Shape, { kind: 'text' }>, preset: JournalPreset): Box {
  const width = measureText(shape.text, journalFormats[preset].font, shape.weight, shape.size);
  const shift = { start: 0, middle: width / 2, end: width }[shape.anchor];
  return { x: shape.x - shift, y: shape.y - shape.size * 0.7, width, height: shape.size * 0.7 };
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.x < b.x + b.width - 0.1 &&
    b.x < a.x + a.width - 0.1 &&
    a.y < b.y + b.height - 0.1 &&
    b.y < a.y + a.height - 0.1
  );
}
