import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { engineChoiceSchema, type EngineChoice } from '#contract/engines';
import { AppError } from '#contract/errors';
import type { EnvironmentRecord } from '#contract/events';
import type { EngineRequest } from '#contract/specs/common';
import { useKernels } from './kernels/active-kernels';
import { composedKernels } from './kernels/composed';
import { tf } from './library';
import { startNativeEngine } from './native-engine';
import { installWasmMatMul } from './kernels/wasm-matmul';
import { installWasmSlice } from './kernels/wasm-slice';

/** The engine's part of an environment record: what was started, and what was refused and why. */
export type EngineRecord = EnvironmentRecord['engine'];

type EngineName = Exclude<EngineRequest, 'auto'>;

// Not named `require`: the bundler declares a constant of that name in chunks that seem to use it.
const nodeRequire = createRequire(import.meta.url);

/** Where the launcher says that an engine is installed. */
const FOLDER_VARIABLE = 'TANGENT_NATIVE_ENGINE';
/** Where the launcher says what is chosen for the data directory. */
const CHOICE_VARIABLE = 'TANGENT_ENGINE_CHOICE';

/** Which engines `auto` tries, in order. */
const candidatesOf: Readonly<Record<EngineChoice, readonly EngineName[]>> = {
  auto: ['native', 'wasm', 'cpu'],
  native: ['native'],
  wasm: ['wasm', 'cpu'],
};

/**
 * Starts the engine that all tensors of this process live on, and says which one it is.
 *
 * `auto` takes native (TensorFlow) where it is installed, else wasm (XNNPACK, one thread), else cpu
 * (plain JavaScript), and records why the better ones were refused; the settings of the data directory can leave
 * native out, or allow nothing else. Every engine gives bit-equal results for
 * equal inputs with an equal number of threads, but for native on a GPU; engines agree with each
 * other to rounding.
 *
 * @param request a named engine, or `auto`
 * @param nativeFolder where the native engine is installed; null if it is not
 * @returns the record of the engine that is now active
 * @throws {AppError} `engine_unavailable` if the engine that was asked for does not load
 */
export async function startEngine(
  request: EngineRequest,
  nativeFolder: string | null = process.env[FOLDER_VARIABLE] ?? null,
): Promise<EngineRecord> {
  const choice = engineChoiceSchema.catch('auto').parse(process.env[CHOICE_VARIABLE]);
  const candidates = request === 'auto' ? candidatesOf[choice] : [request];
  const refused: EngineRecord['refused'] = [];
  if (!candidates.includes('native') && request === 'auto') {
    refused.push({ name: 'native', reason: 'the settings of the data directory choose WebAssembly' });
  }
  for (const name of candidates) {
    try {
      return { name, refused, ...(await loaders[name](nativeFolder)) };
    } catch (cause) {
      refused.push({ name, reason: cause instanceof Error ? cause.message : String(cause) });
    }
  }
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`);
  if (request === 'auto' && choice === 'native') {
    reasons.push('the settings of the data directory allow no other');
  }
  throw new AppError('engine_unavailable', `no engine could be started (${reasons.join('; ')})`, {
    request,
    reasons,
  });
}

type Loader = (nativeFolder: string | null) => Promise<Omit<EngineRecord, 'name' | 'refused'>>;

const loaders: Record<EngineName, Loader> = {
  native: async (nativeFolder) => {
    const facts = await startNativeEngine(nativeFolder);
    return { ...facts, deterministic: facts.device === 'cpu' };
  },
  wasm: async () => {
    setWasmPaths(join(dirname(nodeRequire.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
    installWasmMatMul();
    installWasmSlice();
    await activate('wasm');
    return javascriptFacts;
  },
  cpu: async () => {
    await activate('cpu');
    return javascriptFacts;
  },
};

const javascriptFacts = {
  device: 'cpu',
  version: tf.version['tfjs-core'],
  threads: 1,
  deterministic: true,
} as const;

async function activate(name: 'wasm' | 'cpu'): Promise<void> {
  useKernels(composedKernels);
  if (await tf.setBackend(name)) return;
  // TensorFlow.js swallows the reason; the factory itself still tells it.
  await (tf.findBackendFactory(name) as () => Promise<unknown>)();
  throw new Error(`the ${name} engine refused to start without saying why`);
}
