import { type SplitName } from '#contract/specs/common';
import { type StarterTask } from '#contract/specs/starter-domain';
import { RandomStream } from '#numerics/engine/random';
import { starterDomains } from './world/domains';
import { applySensor, captures } from './world/sensors';

/** Which image of a task is asked for. */
export interface RenderRequest {
  readonly task: StarterTask;
  readonly split: SplitName;
  readonly className: string;
  /** 0-based index within the class and split. */
  readonly index: number;
  /** Seed of the run, unsigned 32-bit. */
  readonly seed: number;
}

/**
 * Draws one image as the task's camera takes it. Every image has a random stream of its own, so it depends
 * on the request alone and not on what was drawn before.
 *
 * @param request see {@link RenderRequest}
 * @returns 32 × 32 × 3 bytes, red, green, blue
 */
export function renderTask(request: RenderRequest): Uint8Array {
  const { task, split, className, index, seed } = request;
  const { classes, draw } = starterDomains[task];
  const { shift, sensor } = captures[task];
  const stream = new RandomStream(seed, `starter/${task}/${split}/${className}`, index);
  return applySensor(draw(classes.indexOf(className), shift, stream).pixels, sensor);
}
