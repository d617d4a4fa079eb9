import type { EngineRequest } from '#contract/specs/common';

/** The engines that numerics are tested on; native where `TANGENT_NATIVE_ENGINE` names an installed one. */
export const testEngines: readonly Exclude<EngineRequest, 'auto'>[] =
  process.env.TANGENT_NATIVE_ENGINE === undefined ? ['wasm', 'cpu'] : ['native', 'wasm', 'cpu'];
