import { z } from 'zod';

/** Bytes of a file, whatever memory they lie in. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');

/** An axis of a panel. */
export const axisSchema = z.discriminatedUnion('scale', [
  z.object({
    scale: z.enum(['linear', 'log']),
    /** Quantity and unit, such as `accuracy, %`. */
    title: z.string(),
    /** What is shown, ascending; positive for `log`. */
    range: z.tuple([z.number(), z.number()]),
  }),
  z.object({
    scale: z.literal('category'),
    title: z.string(),
    /** Names from left to right, or from the bottom up; category i has its middle at i. */
    categories: z.array(z.string()).min(1),
  }),
]);
/** See {@link axisSchema}. */
export type Axis = z.infer<typeof axisSchema>;

/** Place of a color among those of the palette, from 0. */
const seriesSchema = z.int().min(0);

/** Something drawn in a panel, in units of its axes; names of series are in the legend once per figure. */
export const markSchema = z.discriminatedUnion('kind', [
  /** A curve; with `low` and `high` a band around it. Both lists of a band are as long as `x`. */
  z.object({
    kind: z.literal('line'),
    /** For the legend; empty for none. */
    name: z.string(),
    /** What it is, in the data beside a figure; its name unless it is said. */
    about: z.string().optional(),
    series: seriesSchema,
    /** 0 solid, 1 dashed, 2 dotted, 3 dash-dotted. */
    dash: z.int().min(0).max(3),
    x: z.array(z.number()),
    y: z.array(z.number()),
    low: z.array(z.number()).nullable(),
    high: z.array(z.number()).nullable(),
    /** Whether each point is marked. */
    hasPoints: z.boolean(),
    /** Whether it is only there to compare with: thin and grey. */
    isReference: z.boolean(),
  }),
  /** Single points, some of them with a name beside them. */
  z.object({
    kind: z.literal('points'),
    name: z.string(),
    about: z.string().optional(),
    series: seriesSchema,
    shape: z.enum(['circle', 'diamond']),
    isOpen: z.boolean(),
    x: z.array(z.number()),
    y: z.array(z.number()),
    /** As long as `x`; empty for a point without a name. */
    labels: z.array(z.string()),
  }),
  /** One bar for each category of the x axis, beside those of other series; null where nothing was measured. */
  z.object({
    kind: z.literal('bars'),
    name: z.string(),
    series: seriesSchema,
    values: z.array(z.number().nullable()),
    /** Ends of the error bars. */
    low: z.array(z.number().nullable()),
    high: z.array(z.number().nullable()),
  }),
  /** A heat map on the figure's color scale: a rectangle around each pair of centers. */
  z.object({
    kind: z.literal('cells'),
    /** Centers, ascending and evenly spaced; for an axis of categories 0, 1, …. */
    x: z.array(z.number()).min(1),
    y: z.array(z.number()).min(1),
    /** Row by row from the first y; null for nothing. */
    values: z.array(z.number().nullable()),
    /** Whether each cell bears its number. */
    hasNumbers: z.boolean(),
  }),
  /** How values are spread, at a category of the x axis: a kernel density with a line at the mean. */
  z.object({
    kind: z.literal('violin'),
    name: z.string(),
    series: seriesSchema,
    category: z.int().min(0),
    values: z.array(z.number()).min(1),
    isOpen: z.boolean(),
  }),
  /** A straight dotted line to compare with, such as the diagonal. */
  z.object({
    kind: z.literal('rule'),
    from: z.tuple([z.number(), z.number()]),
    to: z.tuple([z.number(), z.number()]),
  }),
  /** A dotted frame over a heat map, such as the box in which α is looked for. */
  z.object({
    kind: z.literal('frame'),
    x: z.tuple([z.number(), z.number()]),
    y: z.tuple([z.number(), z.number()]),
  }),
]);
/** See {@link markSchema}. */
export type Mark = z.infer<typeof markSchema>;

/** Marks in a pair of axes. */
export const panelSchema = z.object({
  /** Above it; empty for none. */
  title: z.string(),
  x: axisSchema,
  y: axisSchema,
  /** Whether a unit is as long upwards as to the right. */
  isSquare: z.boolean(),
  /** The later lies on top. */
  marks: z.array(markSchema),
});
/** See {@link panelSchema}. */
export type Panel = z.infer<typeof panelSchema>;

/** What the colors of heat maps mean: viridis, or a ramp of greys, from `low` to `high`. */
export const colorScaleSchema = z.object({ title: z.string(), low: z.number(), high: z.number() });
/** See {@link colorScaleSchema}. */
export type ColorScale = z.infer<typeof colorScaleSchema>;

/** A figure as plain data, for SVG, PDF, pgfplots and CSV alike. */
export const figureDocumentSchema = z.object({
  /** Name for files, such as `disentanglement-standard`. */
  id: z.string(),
  title: z.string(),
  /** What is to be seen, in sentences. */
  caption: z.string(),
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('plots'),
      /** How many panels stand side by side in a figure of double width. */
      columns: z.int().min(1),
      panels: z.array(panelSchema).min(1),
      colorScale: colorScaleSchema.nullable(),
    }),
    z.object({
      kind: z.literal('images'),
      /** How many images stand side by side. */
      columns: z.int().min(1),
      rows: z.array(
        z.object({
          /** Above its images; empty for none. */
          title: z.string(),
          images: z.array(
            z.object({
              bytes: bytesSchema,
              /** Of the bytes: what PDF and every browser can show. */
              mediaType: z.enum(['image/png', 'image/jpeg']),
              /** Below it; empty for none. */
              label: z.string(),
            }),
          ),
        }),
      ),
    }),
  ]),
});
/** See {@link figureDocumentSchema}. */
export type FigureDocument = z.infer<typeof figureDocumentSchema>;
/** A figure of plots. */
export type PlotsBody = Extract<FigureDocument['body'], { kind: 'plots' }>;
/** A figure of images. */
export type ImagesBody = Extract<FigureDocument['body'], { kind: 'images' }>;
