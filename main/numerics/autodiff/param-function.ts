import type { Value } from '#numerics/engine/traced';

/**
 * A function of parameters, written in the op vocabulary. It must run the same ops whether its
 * parameters are plain or traced, and must keep nothing of them.
 */
export type ParamFunction = <V extends Value>(params: ReadonlyMap<string, V>) => V;
