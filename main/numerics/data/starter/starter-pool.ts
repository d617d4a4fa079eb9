import type { Preprocessing } from '#contract/specs/common';
import type { StarterDomain } from '#contract/specs/starter-domain';
import { RandomStream } from '#numerics/engine/random';
import type { CaptionedImages, CaptionSource } from '../captioned-images';
import type { ImageRequest } from '../image-batch';
import { makeNormalizer } from '../preprocess';
import { canvasSize } from './world/canvas';
import { drawCaption } from './world/captions';
import { starterDomains } from './world/domains';
import { drawPair } from './world/draw-pair';

/** Which pool of drawn images with captions is meant. */
export interface PoolRequest {
  readonly domain: StarterDomain | 'pairs';
  /** N. */
  readonly images: number;
  /** Shift strengths are uniform between 0 and this. */
  readonly largestShift: number;
  readonly seed: number;
  readonly preprocessing: Preprocessing;
  /** An image whose request has a crop is moved by up to so many pixels along each axis instead. */
  readonly jitterPixels: number;
}

const SQUARE = canvasSize * canvasSize * 3;

interface CaptionedSquare {
  /** 32 × 32 × 3 bytes. */
  readonly pixels: Uint8Array;
  readonly caption: string;
}

/**
 * Opens a pool of images of one domain. Each is drawn when it is first asked for and then held (3 KiB), so
 * that a training that goes on, or ends early, draws only what it uses.
 *
 * @param request see {@link PoolRequest}; image n depends on seed, domain, n and the largest shift alone
 */
export function openStarterPool(request: PoolRequest): CaptionSource {
  const held = new Map<number, CaptionedSquare>();
  const imageAt = (index: number): CaptionedSquare => {
    let image = held.get(index);
    if (image === undefined) {
      image = drawCaptioned(request, index);
      held.set(index, image);
    }
    return image;
  };
  const normalize = makeNormalizer(request.preprocessing);
  const moved = new Uint8Array(SQUARE);
  const squareFor = (pixels: Uint8Array, crop: ImageRequest['crop'], place: number): Uint8Array => {
    const { jitterPixels: most } = request;
    if (crop === null || most === 0) return pixels;
    const stream = new RandomStream(crop.seed, 'jitter', crop.position + place);
    const across = stream.integer(2 * most + 1) - most;
    movePixels(pixels, moved, across, stream.integer(2 * most + 1) - most);
    return moved;
  };
  // The interface is asynchronous because other sources read files.
  // eslint-disable-next-line @typescript-eslint/require-await
  const batches = async function* (
    requests: Iterable<ImageRequest>,
  ): AsyncGenerator<CaptionedImages, void, void> {
    for (const { indices, crop } of requests) {
      const images = Array.from(indices, imageAt);
      const pixels = new Float32Array(images.length * SQUARE);
      images.forEach((image, place) => {
        normalize(
          squareFor(image.pixels, crop, place),
          pixels.subarray(place * SQUARE, (place + 1) * SQUARE),
        );
      });
      yield { pixels, captions: images.map(({ caption }) => caption), imageSize: canvasSize };
    }
  };
  return { count: request.images, batches };
}

function drawCaptioned({ domain, seed, largestShift }: PoolRequest, index: number): CaptionedSquare {
  const stream = new RandomStream(seed, `pool:${domain}`, index);
  const shift = stream.uniform(0, largestShift);
  if (domain === 'pairs') {
    const { pixels, words } = drawPair(shift, stream);
    return { pixels, caption: words.join(' ') };
  }
  const { classes, draw } = starterDomains[domain];
  const classIndex = stream.integer(classes.length);
  const drawing = draw(classIndex, shift, stream);
  return { pixels: drawing.pixels, caption: drawCaption(domain, classIndex, drawing, stream) };
}

/** Moves an image; pixels that come in from outside repeat the border. */
function movePixels(from: Uint8Array, to: Uint8Array, across: number, down: number): void {
  const inside = (at: number): number => Math.min(canvasSize - 1, Math.max(0, at));
  for (let row = 0; row < canvasSize; row++) {
    for (let column = 0; column < canvasSize; column++) {
      const source = (inside(row - down) * canvasSize + inside(column - across)) * 3;
      const target = (row * canvasSize + column) * 3;
      for (let c = 0; c < 3; c++) to[target + c] = from[source + c];
    }
  }
}
