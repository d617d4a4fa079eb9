import type { FigureDocument } from '#contract/figure';

/** Writes a figure for people to compare: a line for each mark, numbers with four digits, images as what they are. */
export function describeFigure({ id, title, caption, body }: FigureDocument): string {
  const lines = [`${id}: ${title}`, ...caption.split(/(?<=[.:;]) /), ''];
  if (body.kind === 'images') {
    lines.push(`${body.columns} columns`);
    for (const row of body.rows) {
      const images = row.images.map(({ bytes, mediaType, label }) => `${mediaType} ${bytes.length} ${label}`);
      lines.push(`${row.title}: ${images.join(' | ')}`);
    }
  } else {
    lines.push(`${body.columns} columns, scale ${write(body.colorScale)}`);
    for (const { marks, ...panel } of body.panels)
      lines.push(write(panel), ...marks.map((mark) => `  ${write(mark)}`));
  }
  return `${lines.join('\n')}\n`;
}

function write(value: unknown): string {
  const round = (_: string, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(4)) : part);
  return JSON.stringify(value, round);
}
