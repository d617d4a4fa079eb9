import { z } from 'zod';

/** Journals and conferences whose column widths, font and size figures can have. */
export const journalPresetSchema = z.enum(['plain', 'neurips', 'icml', 'ieee', 'nature', 'elsevier']);
/** See {@link journalPresetSchema}. */
export type JournalPreset = z.infer<typeof journalPresetSchema>;

/** What a preset stands for. */
export interface JournalFormat {
  readonly title: string;
  /** Widths of figures in points of 1/72 inch: one column, and the whole text. */
  readonly single: number;
  readonly double: number;
  /** `sans` has the widths of Arial and Helvetica, `serif` those of Times. */
  readonly font: 'sans' | 'serif';
  /** Size of the letters in a figure, in points. */
  readonly fontSize: number;
}

const millimeter = 72 / 25.4;

/** Every preset; widths as the guides for authors give them. */
export const journalFormats: Readonly<Record<JournalPreset, JournalFormat>> = {
  plain: {
    title: 'Plain (A4)',
    single: 80 * millimeter,
    double: 165 * millimeter,
    font: 'sans',
    fontSize: 8,
  },
  neurips: { title: 'NeurIPS', single: 2.7 * 72, double: 5.5 * 72, font: 'serif', fontSize: 8 },
  icml: { title: 'ICML', single: 3.25 * 72, double: 6.75 * 72, font: 'serif', fontSize: 8 },
  ieee: { title: 'IEEE', single: 3.5 * 72, double: 7.16 * 72, font: 'serif', fontSize: 8 },
  nature: {
    title: 'Nature',
    single: 89 * millimeter,
    double: 183 * millimeter,
    font: 'sans',
    fontSize: 7,
  },
  elsevier: {
    title: 'Elsevier',
    single: 90 * millimeter,
    double: 190 * millimeter,
    font: 'sans',
    fontSize: 7,
  },
};

/** Colors of series: those of Okabe and Ito, told apart by the color-blind, or greys. */
export const paletteSchema = z.enum(['color-blind', 'greyscale']);
/** See {@link paletteSchema}. */
export type Palette = z.infer<typeof paletteSchema>;

/** How all figures of a report look. */
export const figureStyleSchema = z
  .object({ preset: journalPresetSchema.default('plain'), palette: paletteSchema.default('color-blind') })
  .strict();
/** See {@link figureStyleSchema}. */
export type FigureStyle = z.infer<typeof figureStyleSchema>;

/** One column, or the whole width of the text. */
export const figureWidthSchema = z.enum(['single', 'double']);
/** See {@link figureWidthSchema}. */
export type FigureWidth = z.infer<typeof figureWidthSchema>;
