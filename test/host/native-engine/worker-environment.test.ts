import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MANIFEST_NAME, type EngineManifest } from '#host/native-engine/find-native-engine';
import { engineEnvironment, nativeWorkerEnvironment } from '#host/native-engine/worker-environment';
import { tempFolder } from '#test/support/temp-folder';
import { exampleManifest, root } from '#test/support/tiny-engine';

const threading = { TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '1', UV_THREADPOOL_SIZE: '4' };

/** Puts the manifest of an engine into a folder of engines; returns the engine's folder. */
function placeEngine(engines: string, variant: 'cpu' | 'gpu', more: Partial<EngineManifest> = {}): string {
  const manifest = exampleManifest(variant, more);
  const folder = join(engines, `${variant}-${manifest.key}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MANIFEST_NAME), JSON.stringify(manifest));
  return folder;
}

beforeEach(() => {
  vi.stubEnv('TANGENT_NATIVE_ENGINE', undefined);
  vi.stubEnv('LD_LIBRARY_PATH', undefined);
});
afterEach(() => void vi.unstubAllEnvs());

describe('engineEnvironment', () => {
  it('names the engine, keeps TensorFlow quiet, and leaves the library path alone', () => {
    vi.stubEnv('LD_LIBRARY_PATH', '/opt/lib');
    expect(engineEnvironment('/engines/cpu', [])).toEqual({
      TANGENT_NATIVE_ENGINE: '/engines/cpu',
      TF_CPP_MIN_LOG_LEVEL: '2',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
  });

  it.each([
    ['nothing', undefined, '/e/nvidia/cublas/lib:/e/nvidia/cudnn/lib'],
    // An empty element would be the current folder.
    ['an empty path', '', '/e/nvidia/cublas/lib:/e/nvidia/cudnn/lib'],
    ['a path', '/opt/lib:/usr/lib', '/e/nvidia/cublas/lib:/e/nvidia/cudnn/lib:/opt/lib:/usr/lib'],
  ])('puts the CUDA libraries on the library path, before %s that is inherited', (_, inherited, path) => {
    vi.stubEnv('LD_LIBRARY_PATH', inherited);
    const environment = engineEnvironment('/e', ['nvidia/cublas/lib', 'nvidia/cudnn/lib']);
    expect(environment.LD_LIBRARY_PATH).toBe(path);
  });
});

describe('nativeWorkerEnvironment', () => {
  it('only says how many threads to use if no engine is installed', () => {
    expect(nativeWorkerEnvironment(join(tempFolder(), 'none'), root, 3)).toEqual(threading);
    expect(nativeWorkerEnvironment(tempFolder(), root, 3)).toEqual(threading);
  });

  it('names the engine of this processor and this version', () => {
    const engines = tempFolder();
    placeEngine(engines, 'gpu', { key: 'other' });
    const folder = placeEngine(engines, 'cpu');
    expect(nativeWorkerEnvironment(engines, root, 3)).toEqual({
      ...threading,
      ...engineEnvironment(folder, []),
    });
  });

  it('prefers a GPU and puts its libraries on the path', () => {
    const engines = tempFolder();
    placeEngine(engines, 'cpu');
    const folder = placeEngine(engines, 'gpu', { libraryFolders: ['nvidia/cublas/lib'] });
    expect(nativeWorkerEnvironment(engines, root, 3)).toMatchObject({
      TANGENT_NATIVE_ENGINE: folder,
      LD_LIBRARY_PATH: join(folder, 'nvidia/cublas/lib'),
    });
  });

  it('gives the reason why an engine that is installed must not be loaded', () => {
    const engines = tempFolder();
    placeEngine(engines, 'cpu', { key: 'other' });
    expect(nativeWorkerEnvironment(engines, root, 3)).toEqual({
      ...threading,
      TANGENT_NATIVE_ENGINE_REFUSED: expect.stringMatching(
        /another processor or another version.*"tangent engine install"/,
      ) as string,
    });
  });

  it('sees an engine that was installed since it was last asked', () => {
    const engines = tempFolder();
    expect(nativeWorkerEnvironment(engines, root, 3)).toEqual(threading);
    const folder = placeEngine(engines, 'cpu');
    expect(nativeWorkerEnvironment(engines, root, 3)).toMatchObject({ TANGENT_NATIVE_ENGINE: folder });
  });

  it('takes an engine that is named by hand as it is', () => {
    const engines = tempFolder();
    placeEngine(engines, 'gpu', { libraryFolders: ['nvidia/cublas/lib'] });
    vi.stubEnv('TANGENT_NATIVE_ENGINE', '/by/hand');
    expect(nativeWorkerEnvironment(engines, root, 3)).toEqual({
      ...threading,
      ...engineEnvironment('/by/hand', []),
    });
  });
});
