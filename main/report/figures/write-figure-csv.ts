import type { Axis, FigureDocument, Mark, Panel } from '#contract/figure';
import { writeCsv, type CsvCell } from '../csv/write-csv';

const header = ['panel', 'kind', 'series', 'x', 'y', 'value', 'low', 'high', 'label'] as const;
type Row = Partial<Readonly<Record<(typeof header)[number], CsvCell>>>;

/**
 * Writes everything that is drawn in a figure as comma-separated values, one point, bar or cell on each line: its panel
 * (its title, or its number), what kind of mark it is of, its series, its place, the value of a cell of a heat map, the
 * ends of a band or an error bar, and its label. Of images there are their rows, places and labels.
 *
 * @param figure what is to be seen
 */
export function writeFigureCsv({ body }: FigureDocument): string {
  const rows =
    body.kind === 'images'
      ? body.rows.flatMap(({ title, images }, r) =>
          images.map(({ label }, i): Row => ({ panel: title || r + 1, kind: 'image', x: i + 1, label })),
        )
      : body.panels.flatMap((panel, p) =>
          panel.marks.flatMap((mark) => {
            const about = {
              panel: panel.title || p + 1,
              kind: mark.kind,
              series: seriesOf(mark),
            };
            return rowsOf(mark, panel).map((row): Row => ({ ...about, ...row }));
          }),
        );
  return writeCsv(
    header,
    rows.map((row) => header.map((column) => row[column] ?? null)),
  );
}

function rowsOf(mark: Mark, { x: xAxis, y: yAxis }: Panel): Row[] {
  const [nameX, nameY] = [nameOn(xAxis), nameOn(yAxis)];
  switch (mark.kind) {
    case 'line':
      return mark.x.map((x, i) => ({
        x: nameX(x),
        y: nameY(mark.y[i]),
        low: mark.low?.[i] ?? null,
        high: mark.high?.[i] ?? null,
      }));
    case 'points':
      return mark.x.map((x, i) => ({ x: nameX(x), y: nameY(mark.y[i]), label: mark.labels[i] }));
    case 'bars':
      return mark.values.map((y, i) => ({ x: nameX(i), y, low: mark.low[i], high: mark.high[i] }));
    case 'cells':
      return mark.y.flatMap((y, row) =>
        mark.x.map((x, column) => ({
          x: nameX(x),
          y: nameY(y),
          value: mark.values[row * mark.x.length + column],
        })),
      );
    case 'violin':
      return mark.values.map((y) => ({ x: nameX(mark.category), y }));
    case 'rule':
      return [mark.from, mark.to].map(([x, y]) => ({ x, y }));
    case 'frame':
      return [0, 1].map((end) => ({ x: mark.x[end], y: mark.y[end] }));
  }
}

function seriesOf(mark: Mark): string | null {
  if ('about' in mark && mark.about !== undefined) return mark.about;
  return 'name' in mark ? mark.name : null;
}

/** A value on an axis as it is read there: the name of a category, or the number itself. */
function nameOn(axis: Axis): (value: number) => CsvCell {
  return axis.scale === 'category' ? (value) => axis.categories[value] ?? value : (value) => value;
}
