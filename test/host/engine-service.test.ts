import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as fs from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import type { InstallState } from '#contract/engines';
import { openDataDirectory } from '#host/data-directory';
import { EngineService } from '#host/engine-service';
import { exampleEnvironment, ScriptedLauncher, type ScriptedWorker } from '#test/support/scripted-launcher';
import { tempFolder } from '#test/support/temp-folder';
import { CPU_WHEEL, engineFolderName, root, useCompiler, wheelAt } from '#test/support/tiny-engine';

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  statfs: () => Promise.resolve({ bavail: 1e7, bsize: 1e4 }),
}));

/** Engines of a data directory, with workers that answer as they are told; notes what each is launched with. */
function openEngines(dataDirectory = tempFolder(), answer?: (worker: ScriptedWorker) => void) {
  const launcher = new ScriptedLauncher();
  const environments: Readonly<Record<string, string>>[] = [];
  const launch = (environment: Readonly<Record<string, string>> = {}) => {
    environments.push(environment);
    const worker = launcher.launch();
    if (answer !== undefined) worker.answerProbe = answer;
    return worker;
  };
  const app = { root, version: '0.1.0', commit: null };
  const engines = new EngineService(openDataDirectory(dataDirectory), { launch }, app, 2);
  return { engines, environments, dataDirectory };
}

async function endOf(engines: EngineService): Promise<InstallState[]> {
  const states: InstallState[] = [];
  for await (const state of engines.installation.follow(new AbortController().signal)) states.push(state);
  return states;
}

const onNative = (device: 'cpu' | 'gpu') => (worker: ScriptedWorker) => {
  const engine = { ...exampleEnvironment.engine, name: 'native' as const, device };
  worker.say({ type: 'environment', environment: { ...exampleEnvironment, engine } });
  worker.end('finished');
};

// An engine that the tests are run with is none of the data directory's.
beforeEach(() => void vi.stubEnv('TANGENT_NATIVE_ENGINE', undefined));
afterEach(() => void vi.unstubAllEnvs());

describe('the choice of an engine', () => {
  it('is told to every worker from then on, and outlives the host', async () => {
    const { engines, environments, dataDirectory } = openEngines();
    engines.launcher.launch();
    await engines.choose('wasm');
    engines.launcher.launch();
    const again = openEngines(dataDirectory);
    again.engines.launcher.launch();
    expect([...environments, ...again.environments]).toMatchObject([
      { TANGENT_ENGINE_CHOICE: 'auto', TF_NUM_INTRAOP_THREADS: '2' },
      { TANGENT_ENGINE_CHOICE: 'wasm' },
      { TANGENT_ENGINE_CHOICE: 'wasm' },
    ]);
    expect((await again.engines.report()).choice).toBe('wasm');
  });

  it('names the file that says it, where that cannot be read', () => {
    const data = tempFolder();
    writeFileSync(join(data, 'settings.json'), '{"format":"tangent-settings/1","engine":"abacus"}');
    expect(() => openEngines(data)).toThrow(/settings\.json cannot be read.*remove it/);
  });
});

describe('the report on engines', () => {
  it('says which one is started and why others are not', async () => {
    const { engines } = openEngines(undefined, onNative('cpu'));
    expect(await engines.report()).toMatchObject({
      choice: 'auto',
      installed: [],
      started: { name: 'native', device: 'cpu' },
      problem: null,
      wasmProblem: null,
    });
    const error = toPlainError(new AppError('engine_unavailable', 'no engine could be started'));
    const none = openEngines(undefined, (worker) => worker.end('failed', error));
    expect(await none.engines.report()).toMatchObject({
      started: null,
      problem: 'no engine could be started',
      wasmProblem: 'no engine could be started',
    });
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('an installation by the host', () => {
  it('tells its phases, is found afterwards, and then has nothing to do', async () => {
    useCompiler();
    const { engines, environments, dataDirectory } = openEngines(undefined, onNative('cpu'));
    engines.install({ variant: 'cpu', from: wheelAt(CPU_WHEEL) });
    const states = await endOf(engines);
    expect(states.at(-1)).toMatchObject({ state: 'finished', result: { variant: 'cpu', isCurrent: true } });
    const folder = join(dataDirectory, 'engines', engineFolderName('cpu'));
    expect((await engines.report()).installed).toMatchObject([{ folder }]);
    engines.launcher.launch();
    expect(environments.at(-1)).toMatchObject({ TANGENT_NATIVE_ENGINE: folder });
    vi.stubEnv('CXX', '/nonexistent');
    engines.install({ variant: 'cpu', from: null });
    expect((await endOf(engines)).at(-1)).toMatchObject({ state: 'finished', result: { folder } });
  });

  it('refuses an engine for GPUs that finds none, in plain words and with advice', async () => {
    useCompiler();
    const { engines, dataDirectory } = openEngines(undefined, onNative('cpu'));
    const wheel = wheelAt('tensorflow-2.21.0-py3-none-any.whl');
    engines.install({ variant: 'gpu', from: wheel });
    const end = (await endOf(engines)).at(-1);
    expect(end).toMatchObject({ state: 'failed', error: { code: 'engine_install_failed' } });
    expect(JSON.stringify(end)).toMatch(/no GPU that it can use|METADATA/);
    expect(readdirSync(join(dataDirectory, 'engines'))).toEqual([]);
  });

  it('is stopped while the compiler works, and leaves nothing behind', async () => {
    useCompiler('exec sleep 60');
    const { engines, dataDirectory } = openEngines(undefined, onNative('cpu'));
    engines.install({ variant: 'cpu', from: wheelAt(CPU_WHEEL) });
    await vi.waitUntil(
      async () => {
        const { value } = await engines.installation.follow(new AbortController().signal).next();
        const state = value as InstallState;
        return state.state === 'running' && state.progress?.phase === 'unpacking TensorFlow';
      },
      { timeout: 20_000 },
    );
    engines.installation.stop();
    expect((await endOf(engines)).at(-1)).toEqual({ state: 'stopped' });
    expect(readdirSync(join(dataDirectory, 'engines'))).toEqual([]);
  });
});
