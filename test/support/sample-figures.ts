import type { FigureDocument, Mark, Panel } from '#contract/figure';

const wave = (phase: number, count: number) =>
  Array.from({ length: count }, (_, i) => 50 + 40 * Math.sin(phase + (3 * i) / count));
const steps = (count: number, last: number) =>
  Array.from({ length: count }, (_, i) => (last * i) / (count - 1));

function line(name: string, series: number, y: number[], last = 1): Mark {
  return {
    kind: 'line',
    name,
    series,
    dash: series,
    x: steps(y.length, last),
    y,
    low: y.map((value) => value - 4),
    high: y.map((value) => value + 4),
    hasPoints: y.length < 30,
    isReference: false,
  };
}

function figure(
  id: string,
  columns: number,
  panels: Panel[],
  scale: FigureColorScale = null,
): FigureDocument {
  return {
    id,
    title: `Sample of ${id}`,
    caption: `A sample of ${id} with α, ξ and <b>hostile</b> & "quoted" text.`,
    body: { kind: 'plots', columns, panels, colorScale: scale },
  };
}
type FigureColorScale = Extract<FigureDocument['body'], { kind: 'plots' }>['colorScale'];

const alphas = Array.from({ length: 21 }, (_, i) => -2 + 0.2 * i);
const map = (name: string, sharpness: number): Panel => ({
  title: name,
  x: { scale: 'linear', title: 'α of signs', range: [-2.1, 2.1] },
  y: { scale: 'linear', title: 'α of digits', range: [-2.1, 2.1] },
  isSquare: true,
  marks: [
    {
      kind: 'cells',
      x: alphas,
      y: alphas,
      values: alphas.flatMap((b) =>
        alphas.map((a) => Math.min(2, sharpness * Math.abs(a * b) + 0.1 * Math.abs(a))),
      ),
      hasNumbers: false,
    },
    { kind: 'frame', x: [-1, 1], y: [-1, 1] },
  ],
});

const tasks = [
  'signs',
  'digits',
  'textures',
  'plant leaves',
  'digits on clutter',
  'stripes',
  'blobs',
  'faces',
];
const bars = (name: string, series: number): Mark => ({
  kind: 'bars',
  name,
  series,
  values: tasks.map((_, t) => (series === 1 && t === 3 ? null : 60 + 10 * series + 3 * t)),
  low: tasks.map((_, t) => 58 + 10 * series + 3 * t),
  high: tasks.map((_, t) => 62 + 10 * series + 3 * t),
});

/** A figure of every kind of mark and axis, by what it shows. */
export const sampleFigures = {
  lines: figure('lines', 1, [
    {
      title: '',
      x: { scale: 'linear', title: 'α', range: [0, 1] },
      y: { scale: 'linear', title: 'validation accuracy, %', range: [0, 100] },
      isSquare: false,
      marks: [
        line('Non-linear FT', 0, wave(0, 21)),
        line('Post-hoc linearized', 1, wave(1, 21)),
        line('Linear FT', 2, wave(2, 21)),
        { kind: 'rule', from: [0.35, 0], to: [0.35, 100] },
      ],
    },
  ]),
  maps: figure(
    'maps',
    3,
    [map('Non-linear FT', 0.9), map('Post-hoc linearized', 0.5), map('Linear FT', 0.15)],
    { title: 'ξ', low: 0, high: 2 },
  ),
  pairs: figure(
    'pairs',
    1,
    [
      {
        title: '',
        x: { scale: 'category', title: '', categories: tasks },
        y: { scale: 'category', title: '', categories: tasks },
        isSquare: true,
        marks: [
          {
            kind: 'cells',
            x: tasks.map((_, t) => t),
            y: tasks.map((_, t) => t),
            values: tasks.flatMap((_, a) => tasks.map((__, b) => (a === b ? null : (a + b) / 14))),
            hasNumbers: true,
          },
        ],
      },
    ],
    { title: 'ξ', low: 0, high: 1 },
  ),
  bars: figure('bars', 1, [
    {
      title: '',
      x: { scale: 'category', title: '', categories: tasks },
      y: { scale: 'linear', title: 'test accuracy, %', range: [0, 105] },
      isSquare: false,
      marks: [bars('Non-linear FT', 0), bars('Post-hoc linearized', 1), bars('Linear FT', 2)],
    },
  ]),
  violins: figure('violins', 1, [
    {
      title: '',
      x: {
        scale: 'category',
        title: '',
        categories: ['signs, pre-trained', 'signs, random', 'digits, pre-trained', 'digits, random'],
      },
      y: { scale: 'linear', title: 'local energy', range: [0, 1] },
      isSquare: false,
      marks: [0, 1, 2, 3].map((category) => ({
        kind: 'violin' as const,
        name: category < 2 ? 'task' : 'control',
        series: category < 2 ? 0 : 1,
        category,
        values: Array.from({ length: 40 }, (_, i) => 0.3 + 0.15 * category + 0.2 * Math.sin(i * 1.7)),
        isOpen: category % 2 === 1,
      })),
    },
  ]),
  spectrum: figure('spectrum', 1, [
    {
      title: '',
      x: { scale: 'log', title: 'k', range: [1, 400] },
      y: { scale: 'log', title: 'σ_k / σ_1', range: [1e-6, 1] },
      isSquare: false,
      marks: [1, 1.6].map((power, series) => ({
        kind: 'line' as const,
        name: series === 0 ? 'pre-trained' : 'random θ0',
        series,
        dash: series * 2,
        x: Array.from({ length: 400 }, (_, k) => k + 1),
        y: Array.from({ length: 400 }, (_, k) => (k + 1) ** -power),
        low: null,
        high: null,
        hasPoints: false,
        isReference: series === 1,
      })),
    },
  ]),
  scatter: figure('scatter', 1, [
    {
      title: '',
      x: { scale: 'linear', title: 'accuracy of linear FT, %', range: [50, 101] },
      y: { scale: 'linear', title: 'accuracy of non-linear FT, %', range: [50, 101] },
      isSquare: true,
      marks: [
        { kind: 'rule', from: [50, 50], to: [101, 101] },
        {
          kind: 'points',
          name: 'ours',
          series: 0,
          shape: 'circle',
          isOpen: false,
          x: tasks.map((_, t) => 60 + 5 * t),
          y: tasks.map((_, t) => 70 + 4 * t),
          labels: tasks,
        },
        {
          kind: 'points',
          name: 'published, ViT-B-32',
          series: 1,
          shape: 'diamond',
          isOpen: true,
          x: [70, 80, 97],
          y: [72, 84, 98],
          labels: ['', '', ''],
        },
      ],
    },
  ]),
  multiples: figure(
    'multiples',
    4,
    tasks.map((task, t) => ({
      title: task,
      x: { scale: 'linear' as const, title: 'step', range: [0, 300] as [number, number] },
      y: { scale: 'linear' as const, title: 'loss', range: [0, 100] as [number, number] },
      isSquare: false,
      marks: [line('Non-linear FT', 0, wave(t, 40), 300), line('Linear FT', 2, wave(t + 1, 40), 300)],
    })),
  ),
} satisfies Record<string, FigureDocument>;
