import type { HostClient } from '#contract/api';
import type { FigureSource, MadeFile } from '#contract/report';
import type { FigureSettings } from './figure-settings.svelte';

/** What a figure can be copied and saved as. */
export const figureFileKinds = ['svg', 'pdf', 'png', 'pgfplots', 'csv'] as const;
/** See {@link figureFileKinds}. */
export type FigureFileKind = (typeof figureFileKinds)[number];

/**
 * Makes a figure as a file, in the look that this browser remembers.
 *
 * @param rasterize draws an SVG as a PNG
 * @throws {AppError} `nothing_to_show` where the runs have not measured it
 */
export async function makeFigure(
  client: HostClient,
  source: FigureSource,
  kind: FigureFileKind,
  { style, width }: Pick<FigureSettings, 'style' | 'width'>,
  rasterize: (svg: Uint8Array) => Promise<Uint8Array>,
): Promise<MadeFile> {
  const format = kind === 'png' ? 'svg' : kind;
  const file = await client.query('figures.draw', { source, format, style, width });
  if (kind !== 'png') return file;
  return {
    name: file.name.replace(/\.svg$/, '.png'),
    mediaType: 'image/png',
    bytes: await rasterize(file.bytes),
  };
}
