import { type RandomStream } from '#numerics/engine/random';
import { type Canvas, type Grid, wholeCanvas } from './canvas';
import { disc, fraction } from './distance';
import { jitterColor, paints } from './palette';
import { addGrayNoise } from './value-noise';

/** Where a scene is painted. */
export interface SceneView {
  /** The coordinates of the canvas, mirrored and moved sideways. */
  readonly grid: Grid;
  /** y of the horizon. */
  readonly horizon: number;
  /** Source of the draws. */
  readonly stream: RandomStream;
}

/** Paints a scene over the whole canvas. */
export type ScenePainter = (canvas: Canvas, view: SceneView) => void;

const { abs, max, sin } = Math;

/** Paints each landscape, by name. */
export const outdoorPainters = {
  beach(canvas, { grid, horizon, stream }) {
    paintSky(canvas, stream);
    canvas.fill(grid, (_x, y) => horizon - y, jitterColor(stream, [0.15, 0.4, 0.65]));
    const sand = jitterColor(stream, [0.88, 0.78, 0.55], 0.04);
    canvas.fill(grid, (x, y) => horizon + 0.3 + 0.25 * x - y, sand);
  },
  mountain(canvas, { grid, horizon, stream }) {
    paintSky(canvas, stream);
    for (let peak = 0; peak < 3; peak++) {
      const left = stream.uniform(-0.9, 0.9);
      const summit = horizon + 0.2 - stream.uniform(0.5, 0.9);
      const slope = (x: number, y: number): number => 0.6 * (1.2 * abs(x - left) - (y - summit));
      canvas.fill(grid, slope, jitterColor(stream, [0.4, 0.4, 0.45], 0.06));
      const snow = jitterColor(stream, paints.white, 0.03);
      canvas.fill(grid, (x, y) => max(slope(x, y), y - summit - 0.25), snow);
    }
    canvas.fill(grid, (_x, y) => horizon + 0.35 - y, jitterColor(stream, [0.3, 0.45, 0.25]));
  },
  desert(canvas, { grid, horizon, stream }) {
    paintSky(canvas, stream);
    const phase = stream.uniform(0, 6.28);
    const far = jitterColor(stream, [0.85, 0.6, 0.3]);
    canvas.fill(grid, (x, y) => horizon + 0.15 * sin(3 * x + phase) - y, far);
    const near = jitterColor(stream, [0.75, 0.48, 0.22]);
    canvas.fill(grid, (x, y) => horizon + 0.4 + 0.15 * sin(2.2 * x + 2 * phase) - y, near);
  },
  path(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.2, 0.42, 0.18]));
    addGrayNoise(canvas, stream, 7, [0.3, 0.3, 0.3]);
    canvas.fill(grid, (_x, y) => horizon + 0.35 - y, jitterColor(stream, [0.3, 0.4, 0.2]));
    const wedge = (x: number, y: number): number => {
      const depth = y - horizon - 0.3;
      return max(abs(x - 0.1) - 0.15 - 0.45 * depth, -depth);
    };
    canvas.fill(grid, wedge, jitterColor(stream, [0.6, 0.47, 0.3]));
    for (let trunk = 0; trunk < 5; trunk++) {
      const left = stream.uniform(-1, 1);
      const bark = jitterColor(stream, [0.28, 0.18, 0.1], 0.03);
      canvas.fill(grid, (x, y) => max(abs(x - left) - 0.06, y - horizon - 0.5), bark);
    }
  },
  skyline(canvas, { grid, horizon, stream }) {
    paintSky(canvas, stream);
    for (let block = 0; block < 6; block++) {
      const roof = horizon + 0.35 - stream.uniform(0.3, 1);
      const left = -0.85 + 0.34 * block;
      const wall = jitterColor(stream, [0.4, 0.42, 0.48], 0.09);
      canvas.fill(grid, (x, y) => max(abs(x - left) - 0.17, roof - y), wall);
    }
    const windows = (x: number, y: number): number =>
      y > horizon - 0.1 && fraction(6 * x) < 0.4 && fraction(5 * y) < 0.4 ? 0.5 : 0;
    canvas.blend(grid, windows, jitterColor(stream, [0.9, 0.85, 0.5]));
    canvas.fill(grid, (_x, y) => horizon + 0.6 - y, jitterColor(stream, [0.3, 0.3, 0.32], 0.04));
  },
  sunset(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.85, 0.4, 0.2], 0.06));
    canvas.add(grid, (_x, y) => y / 2, [0.2, 0.35, 0.1]);
    const left = stream.uniform(-0.4, 0.4);
    const sun = jitterColor(stream, [1, 0.9, 0.5], 0.03);
    canvas.fill(grid, (x, y) => disc(x - left, y - horizon + 0.08, 0.28), sun);
    canvas.fill(grid, (_x, y) => horizon - y, jitterColor(stream, [0.2, 0.15, 0.3]));
    const glitter = (x: number, y: number): number =>
      y > horizon && fraction(7 * y) < 0.5 ? abs(x - left) - 0.12 : 1;
    canvas.fill(grid, glitter, jitterColor(stream, [0.95, 0.65, 0.35], 0.04), 1, 0.8);
  },
  snow(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.75, 0.8, 0.88], 0.04));
    const phase = stream.uniform(0, 6.28);
    const ground = jitterColor(stream, [0.95, 0.96, 0.98], 0.02);
    canvas.fill(grid, (x, y) => horizon + 0.08 * sin(2 * x + phase) - y, ground);
  },
} satisfies Record<string, ScenePainter>;

/** Paints a blue sky that pales toward the ground. */
function paintSky(canvas: Canvas, stream: RandomStream): void {
  canvas.flood(jitterColor(stream, [0.45, 0.65, 0.9], 0.06));
  canvas.add(wholeCanvas, (_x, y) => (0.25 * (y + 1)) / 2);
}
