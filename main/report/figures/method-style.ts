import type { EvaluationMode } from '#contract/specs/common';
import { methodName } from '../seed-accuracies';

/** How a method looks in every figure. */
export interface MethodStyle {
  readonly name: string;
  /** Place of its color. */
  readonly series: number;
  /** 0 solid, 1 dashed, 2 dotted. */
  readonly dash: number;
}

const places: readonly EvaluationMode[] = ['standard', 'posthoc', 'linear'];

/** Says how a method looks: always in the same color, and with a dash of its own for prints without colors. */
export function methodStyle(method: EvaluationMode): MethodStyle {
  const place = places.indexOf(method);
  return { name: methodName(method), series: place, dash: place };
}

/** Sorts by method as the paper has them. */
export function byMethod(a: EvaluationMode, b: EvaluationMode): number {
  return places.indexOf(a) - places.indexOf(b);
}

/** The model before any training, which has a color of its own too. */
export const pretrainedName = 'Pre-trained';
export const pretrainedSeries = 3;
