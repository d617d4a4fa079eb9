import { type SplitName } from '#contract/specs/common';
import { RandomStream } from '#numerics/engine/random';
import { type Canvas } from './canvas';
import { digitClasses, drawDigit } from './digits';
import { drawShape, shapeClasses } from './shapes';
import { drawTexture, textureClasses } from './textures';

/** The tasks of the quickstart. */
export type StarterTask = 'shapes' | 'textures' | 'digits';

interface Drawing {
  readonly classes: readonly string[];
  readonly draw: (className: string, stream: RandomStream) => Canvas;
}

const drawings: Readonly<Record<StarterTask, Drawing>> = {
  shapes: { classes: shapeClasses, draw: drawShape },
  textures: { classes: textureClasses, draw: drawTexture },
  digits: { classes: digitClasses, draw: drawDigit },
};

/** Which image of the quickstart is asked for. */
export interface RenderRequest {
  readonly task: StarterTask;
  readonly split: SplitName;
  /** 0-based index into {@link starterClasses}. */
  readonly classIndex: number;
  /** 0-based index within the class and split. */
  readonly index: number;
  /** Seed of the run, unsigned 32-bit. */
  readonly seed: number;
}

/**
 * Returns the class names of a quickstart task in code-unit order, which is the order of labels
 * after an import.
 *
 * @param task the task
 * @returns ten names
 */
export function starterClasses(task: StarterTask): readonly string[] {
  return drawings[task].classes;
}

/**
 * Draws one image. Every image has a random stream of its own, so it depends on the request alone
 * and not on what was drawn before.
 *
 * @param request see {@link RenderRequest}
 * @returns 32 × 32 × 3 bytes, red, green, blue
 */
export function renderTask(request: RenderRequest): Uint8Array {
  const { task, split, classIndex, index, seed } = request;
  const className = drawings[task].classes[classIndex];
  const stream = new RandomStream(seed, `starter/${task}/${split}/${className}`, index);
  return drawings[task].draw(className, stream).toBytes();
}
