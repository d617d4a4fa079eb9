import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { AppError } from '#contract/errors';
import type { EnvironmentRecord } from '#contract/events';
import type { EngineRequest } from '#contract/specs/common';
import { tf } from './library';
import { installWasmMatMul } from './wasm-matmul';
import { installWasmSlice } from './wasm-slice';

/** The engine's part of an environment record: what was started, and what was refused and why. */
export type EngineRecord = EnvironmentRecord['engine'];

type EngineName = Exclude<EngineRequest, 'auto'>;

// Not named `require`: the bundler declares a constant of that name in chunks that seem to use it.
const nodeRequire = createRequire(import.meta.url);

/**
 * Starts the engine that all tensors of this process live on, and says which one it is.
 *
 * `auto` takes wasm (XNNPACK, one thread) and falls back to cpu (plain JavaScript) with the reason
 * recorded. Both give bit-equal results for equal inputs.
 *
 * @param request a named engine, or `auto`
 * @returns the record of the engine that is now active
 * @throws {AppError} `engine_unavailable` if the engine that was asked for does not load
 */
export async function startEngine(request: EngineRequest): Promise<EngineRecord> {
  const candidates: readonly EngineName[] = request === 'auto' ? ['wasm', 'cpu'] : [request];
  const refused: EngineRecord['refused'] = [];
  for (const name of candidates) {
    try {
      await loaders[name]();
      return { name, version: tf.version['tfjs-core'], threads: 1, deterministic: true, refused };
    } catch (cause) {
      refused.push({ name, reason: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`);
  throw new AppError('engine_unavailable', `no engine could be started (${reasons.join('; ')})`, {
    request,
    reasons,
  });
}

const loaders: Record<EngineName, () => Promise<void>> = {
  wasm: async () => {
    setWasmPaths(join(dirname(nodeRequire.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
    installWasmMatMul();
    installWasmSlice();
    await activate('wasm');
  },
  cpu: () => activate('cpu'),
};

async function activate(name: EngineName): Promise<void> {
  if (await tf.setBackend(name)) return;
  // TensorFlow.js swallows the reason; the factory itself still tells it.
  await (tf.findBackendFactory(name) as () => Promise<unknown>)();
  throw new Error(`the ${name} engine refused to start without saying why`);
}
