import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, type Canvas, type Grid, type Rgb } from './canvas';
import { box, disc, fraction } from './distance';
import { type Drawing } from './drawing';
import { drawColor, jitterColor, paints } from './palette';
import { photograph } from './photograph';
import { place } from './place';
import { addGrayNoise } from './value-noise';

/** Names of the sites, and the color of the ground around each. */
const sites = {
  runway: [0.42, 0.52, 0.32],
  baseball: [0.3, 0.55, 0.25],
  bridge: [0.12, 0.3, 0.48],
  farmland: [0.72, 0.62, 0.45],
  harbor: [0.1, 0.28, 0.45],
  parking: [0.42, 0.42, 0.44],
  roundabout: [0.4, 0.55, 0.32],
  stadium: [0.5, 0.5, 0.48],
  tennis: [0.35, 0.5, 0.4],
  tanks: [0.52, 0.47, 0.4],
} as const satisfies Record<string, Rgb>;

/** Names of the sites. */
export const siteNames = Object.keys(sites) as readonly (keyof typeof sites)[];

const { abs, max, min, sqrt } = Math;

/**
 * Draws a site as an airplane sees it.
 *
 * @param classIndex position in {@link siteNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawAerial(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const site = siteNames[classIndex];
  canvas.flood(jitterColor(stream, sites[site]));
  addGrayNoise(canvas, stream, 6, [0.12, 0.12, 0.12]);
  paintSite(canvas, site, shift, stream);
  const camera = { gain: 0.3, cast: 0.25, blur: 1, noise: 0.07, contrast: 0.6 };
  return { pixels: photograph(canvas, stream, shift, camera), foreground: null, background: null };
}

function paintSite(canvas: Canvas, site: keyof typeof sites, shift: number, stream: RandomStream): void {
  const rotation = stream.uniform(-1, 1) * (0.3 + 2.9 * shift);
  const zoom = 1 + 0.35 * shift * stream.uniform(-1, 1);
  const reach = 0.2 * (0.3 + shift);
  const center = [stream.uniform(-reach, reach), stream.uniform(-reach, reach)] as const;
  const grid = place({ center, rotation, scale: [zoom, zoom] });
  const shade = (color: Rgb, deviation?: number): Rgb => jitterColor(stream, color, deviation);
  switch (site) {
    case 'runway': {
      canvas.fill(grid, (_x, y) => abs(y) - 0.17, shade([0.35, 0.35, 0.37], 0.03));
      const angle = stream.uniform(0.5, 1);
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      canvas.fill(grid, (x, y) => abs(y * cos - x * sin - 0.1) - 0.1, shade([0.42, 0.42, 0.44], 0.03));
      canvas.fill(grid, (x, y) => (fraction(3 * x) < 0.6 ? abs(y) - 0.03 : 1), paints.white);
      return;
    }
    case 'baseball': {
      const diamond = (x: number, y: number): number =>
        max(disc(x + 0.55, y + 0.55, 1.25), -x - 0.6, -y - 0.6);
      canvas.fill(grid, diamond, shade([0.68, 0.47, 0.3], 0.04));
      canvas.fill(grid, (x, y) => box(x + 0.2, y + 0.2, 0.27, 0.27), shade([0.3, 0.58, 0.27], 0.04));
      return;
    }
    case 'bridge':
      canvas.fill(grid, (x) => 0.75 - abs(x), shade([0.4, 0.48, 0.3]));
      {
        canvas.fill(grid, (_x, y) => abs(y) - 0.12, shade([0.66, 0.66, 0.66], 0.04));
        return;
      }
    case 'farmland': {
      const circles = (x: number, y: number): number =>
        disc(fraction(0.95 * x + 0.5) - 0.5, fraction(0.95 * y + 0.5) - 0.5, 0.4);
      canvas.fill(grid, circles, shade([0.28, 0.5, 0.22], 0.06));
      return;
    }
    case 'harbor': {
      canvas.fill(grid, (x) => abs(x) - 0.07, shade([0.6, 0.55, 0.48], 0.04));
      const boats = (x: number, y: number): number =>
        max(abs(fraction(2.6 * y) - 0.5) - 0.22, 0.1 - abs(x), abs(x) - 0.5);
      canvas.fill(grid, boats, shade([0.92, 0.92, 0.92], 0.04), 0.5);
      return;
    }
    case 'parking': {
      paintCars(canvas, grid, stream);
      return;
    }
    case 'roundabout': {
      const roads = (x: number, y: number): number =>
        min(max(abs(x) - 0.13, 0.3 - abs(y)), max(abs(y) - 0.13, 0.3 - abs(x)), abs(disc(x, y, 0.42)) - 0.14);
      canvas.fill(grid, roads, shade([0.48, 0.48, 0.5], 0.04));
      return;
    }
    case 'stadium': {
      const radius = (x: number, y: number): number => sqrt(x * x + (y / 0.72) ** 2);
      canvas.fill(grid, (x, y) => radius(x, y) - 0.85, shade([0.75, 0.72, 0.7], 0.08), 0.8);
      canvas.fill(grid, (x, y) => radius(x, y) - 0.55, shade([0.25, 0.58, 0.25], 0.04), 0.8);
      return;
    }
    case 'tennis': {
      const court: Rgb = stream.uniform() < 0.5 ? [0.2, 0.4, 0.62] : [0.62, 0.35, 0.25];
      canvas.fill(grid, (x, y) => box(x, y, 0.8, 0.5), shade(court, 0.06));
      const lines = (x: number, y: number): number =>
        min(abs(box(x, y, 0.62, 0.36)), max(abs(x), abs(y) - 0.36), max(abs(y), abs(x) - 0.35)) - 0.03;
      canvas.fill(grid, lines, paints.white);
      return;
    }
    case 'tanks':
      for (const [left, top] of [
        [-0.5, -0.5],
        [0.45, -0.5],
        [-0.5, 0.45],
        [0.5, 0.5],
        [0, 0],
      ]) {
        const radius = stream.uniform(0.2, 0.3);
        const cx = left + stream.uniform(-0.1, 0.1);
        const cy = top + stream.uniform(-0.1, 0.1);
        canvas.fill(grid, (x, y) => disc(x - cx, y - cy, radius), shade([0.88, 0.88, 0.86]));
        const rim = (x: number, y: number): number => abs(disc(x - cx, y - cy, radius - 0.05)) - 0.02;
        canvas.fill(grid, rim, shade([0.4, 0.4, 0.4], 0.03), 1, 0.6);
      }
  }
}

/** Paints rows of parked cars, each in a color of its own. */
function paintCars(canvas: Canvas, grid: Grid, stream: RandomStream): void {
  const columns = 16;
  const rows = 8;
  const colors = Array.from({ length: columns * rows }, () => drawColor(stream, 0).shade);
  const index = (value: number, count: number): number =>
    min(count - 1, max(0, Math.floor(value) + count / 2));
  const cars = (x: number, y: number): number => {
    const distance = max(abs(fraction(3.4 * x) - 0.5), abs(fraction(1.5 * y) - 0.5)) - 0.3;
    return min(1, max(0, 0.5 - (16 * distance) / 3));
  };
  canvas.blendEach(grid, cars, (x, y) => colors[rows * index(3.4 * x, columns) + index(1.5 * y, rows)]);
}
