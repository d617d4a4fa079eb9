import { normTree, scaleTree, shareTree, type ParamTree } from '#numerics/autodiff/param-tree';

/** A gradient of limited norm. */
export interface ClippedGradient {
  /** Belongs to the caller. */
  readonly gradient: ParamTree;
  /** Global norm before clipping. */
  readonly norm: number;
}

/**
 * Limits the global norm of a gradient: g·min(1, maxNorm/(‖g‖ + 10⁻⁶)).
 *
 * Source: torch.nn.utils.clip_grad_norm_.
 *
 * @param gradient g; not disposed
 * @param maxNorm the limit
 * @returns the limited gradient and the norm that it had
 */
export function clipByGlobalNorm(gradient: ParamTree, maxNorm: number): ClippedGradient {
  const norm = normTree(gradient);
  const factor = Math.min(1, maxNorm / (norm + 1e-6));
  return { gradient: factor === 1 ? shareTree(gradient) : scaleTree(factor, gradient), norm };
}
