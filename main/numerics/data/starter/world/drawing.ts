import { type RandomStream } from '#numerics/engine/random';

/** A drawn image and what a caption can say about its colors. */
export interface Drawing {
  /** 32 × 32 × 3 bytes, red, green, blue. */
  readonly pixels: Uint8Array;
  /** Name of the color of what is shown; null where that has no one color. */
  readonly foreground: string | null;
  /** Name of the color around it; null where that has no one color. */
  readonly background: string | null;
}

/**
 * Draws one image of a class. `shift` in [0,1] is how far the image is from a clean one: distortion,
 * clutter and noise grow with it. All draws come from the stream.
 */
export type DrawImage = (classIndex: number, shift: number, stream: RandomStream) => Drawing;
