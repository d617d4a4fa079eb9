import { box } from './distance';
import { drawColor, jitterColor, paints } from './palette';
import { type ScenePainter } from './scenes-outdoor';

const { abs, sin, sqrt } = Math;

/** Paints each room, by name. */
export const indoorPainters = {
  /** Floor and ceiling meet at a vanishing point; an end wall hides it, and two doors flank it. */
  corridor(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.7, 0.66, 0.58]));
    const left = stream.uniform(-0.2, 0.2);
    const top = 0.5 * horizon;
    canvas.fill(grid, (x, y) => abs(x - left) - (y - top), jitterColor(stream, [0.45, 0.38, 0.3]));
    canvas.fill(grid, (x, y) => abs(x - left) + (y - top), jitterColor(stream, [0.9, 0.9, 0.88], 0.03));
    canvas.fill(grid, (x, y) => box(x - left, y - top, 0.28, 0.28), jitterColor(stream, [0.35, 0.33, 0.32]));
    const doors = (x: number, y: number): number =>
      abs(y - top) < 0.5 ? abs(abs(x - left) - 0.6) - 0.07 : 1;
    canvas.fill(grid, doors, jitterColor(stream, [0.4, 0.25, 0.15], 0.04));
  },
  bedroom(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.82, 0.78, 0.72], 0.08));
    canvas.fill(grid, (_x, y) => horizon + 0.35 - y, jitterColor(stream, [0.5, 0.36, 0.22]));
    const glass = jitterColor(stream, [0.6, 0.8, 0.95], 0.04);
    canvas.fill(grid, (x, y) => box(x + 0.45, y - horizon + 0.35, 0.25, 0.25), glass);
    const blanket = drawColor(stream).shade;
    canvas.fill(grid, (x, y) => box(x - 0.25, y - horizon - 0.45, 0.6, 0.2), blanket);
    const pillow = jitterColor(stream, paints.white, 0.03);
    canvas.fill(grid, (x, y) => box(x - 0.7, y - horizon - 0.2, 0.12, 0.14), pillow);
    const headboard = jitterColor(stream, [0.35, 0.22, 0.12], 0.04);
    canvas.fill(grid, (x, y) => box(x - 0.88, y - horizon - 0.25, 0.07, 0.45), headboard);
  },
  stage(canvas, { grid, horizon, stream }) {
    canvas.flood(jitterColor(stream, [0.12, 0.08, 0.1], 0.03));
    const isCurtain = (x: number, y: number): boolean => abs(x) > 0.5 - 0.15 * abs(y);
    canvas.blend(grid, (x, y) => (isCurtain(x, y) ? 1 : 0), jitterColor(stream, [0.65, 0.08, 0.12]));
    const pleats = (x: number, y: number): number => (isCurtain(x, y) ? 0.225 * (1 - sin(22 * x)) : 0);
    canvas.blend(grid, pleats, [0, 0, 0]);
    const floor = horizon + 0.5;
    canvas.fill(grid, (_x, y) => floor - y, jitterColor(stream, [0.62, 0.45, 0.28]));
    const spot = (x: number, y: number): number => sqrt(x * x + 6.25 * (y - floor) ** 2) - 0.35;
    canvas.fill(grid, spot, jitterColor(stream, [0.95, 0.88, 0.65], 0.03));
  },
} satisfies Record<string, ScenePainter>;
