import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { engineKey } from '#host/native-engine/engine-key';
import { listNativeEngines } from '#host/native-engine/find-native-engine';
import { installNativeEngine, type InstallProgress } from '#host/native-engine/install-native-engine';
import { tempFolder } from '#test/support/temp-folder';
import {
  CPU_WHEEL,
  engineFolderName,
  installRequest,
  root,
  tensorFlowFiles,
  useCompiler,
  wheelAt,
} from '#test/support/tiny-engine';
import { writeTinyWheel } from '#test/support/tiny-wheel';

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  statfs: vi.fn(() => Promise.resolve({ bavail: 1e7, bsize: 1e4 })),
}));

beforeEach(() => vi.stubEnv('PYTHON', '/nonexistent'));
afterEach(() => void vi.unstubAllEnvs());

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('installing the native engine', () => {
  it('puts the libraries, the compiled binding and a manifest in place, and nothing else', async () => {
    useCompiler();
    const from = wheelAt(CPU_WHEEL);
    const request = installRequest(from);
    const { folder, manifest, isCurrent } = await installNativeEngine(request);
    expect(folder).toBe(join(request.enginesDirectory, engineFolderName('cpu')));
    expect(readdirSync(request.enginesDirectory)).toEqual([engineFolderName('cpu')]);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'engine.json',
      'lib',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    expect(readFileSync(join(folder, 'lib', 'libtensorflow_cc.so.2'), 'utf8')).toBe('the library');
    expect(manifest).toMatchObject({
      key: engineKey(root, 'cpu'),
      variant: 'cpu',
      tensorflow: '2.21.0',
      compiler: 'faux 1.2',
      wheelSha256: sha256(readFileSync(from)),
      libraryFolders: [],
    });
    expect(JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8'))).toEqual(manifest);
    expect(listNativeEngines(request.enginesDirectory, root)).toEqual([{ folder, manifest, isCurrent }]);
    expect(isCurrent).toBe(true);
  });

  it('compiles every source with the headers of TensorFlow and Node, and links to the libraries', async () => {
    const notes = useCompiler();
    await installNativeEngine(installRequest(wheelAt(CPU_WHEEL)));
    const lines = readFileSync(notes, 'utf8').trim().split('\n');
    const compiled = lines.flatMap((line) => /-c \S*\/(\S+) -o /.exec(line)?.[1] ?? []);
    expect(compiled).toEqual(['tfjs_backend.cc', 'tfjs_binding.cc', 'tensorflow_ops.cc']);
    for (const header of ['deep', 'x.h', 'node_api.h']) {
      expect(lines.filter((line) => line === header)).toHaveLength(3);
    }
    const link = lines.findIndex((line) => line.startsWith('-shared '));
    expect(lines[link]).toMatch(
      /backend\.cc\.o .*binding\.cc\.o .*ops\.cc\.o -L.* -Wl,-rpath,\$ORIGIN\/lib$/,
    );
    expect(lines.slice(link + 1)).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
  });

  it('tries the engine out before it is in its place, and after all of it is there', async () => {
    useCompiler();
    const seen: string[][] = [];
    const tryOut = (folder: string) => {
      expect(folder).not.toContain(engineFolderName('cpu'));
      seen.push(readdirSync(folder).sort());
      return Promise.resolve(null);
    };
    await installNativeEngine(installRequest(wheelAt(CPU_WHEEL), { tryOut }));
    expect(seen).toEqual([['lib', 'tfjs_binding.node']]);
  });

  it('tells how far it is', async () => {
    useCompiler();
    const steps: InstallProgress[] = [];
    await installNativeEngine(
      installRequest(wheelAt(CPU_WHEEL), { onProgress: (step) => void steps.push(step) }),
    );
    const phases = [...new Set(steps.map(({ phase }) => phase))];
    expect(phases).toEqual(['checking', 'unpacking TensorFlow', 'compiling']);
    const bytes = Object.entries(tensorFlowFiles).flatMap(([name, text]) =>
      name.endsWith('.py') ? [] : [text.length],
    );
    const total = bytes.reduce((sum, size) => sum + size, 0);
    const unpacked = steps.filter(({ phase }) => phase === 'unpacking TensorFlow').at(-1);
    expect(unpacked).toEqual({ phase: 'unpacking TensorFlow', done: total, total, unit: 'bytes' });
    expect(steps.at(-1)).toEqual({ phase: 'compiling', done: 4, total: 4, unit: 'files' });
  });

  it('does nothing if the engine is there', async () => {
    useCompiler();
    const request = installRequest(wheelAt(CPU_WHEEL));
    const first = await installNativeEngine(request);
    vi.stubEnv('CXX', '/nonexistent');
    vi.mocked(statfs).mockClear();
    const never = vi.fn(() => Promise.resolve('must not be called'));
    const again = { ...request, from: '/nonexistent', tryOut: never, onProgress: never };
    expect(await installNativeEngine(again)).toEqual(first);
    expect(never).not.toHaveBeenCalled();
    expect(statfs).not.toHaveBeenCalled();
  });

  it('replaces what an installation that broke off has left, and keeps other engines', async () => {
    useCompiler();
    const request = installRequest(wheelAt(CPU_WHEEL));
    for (const name of [engineFolderName('cpu'), 'cpu-2.20.0-other']) {
      mkdirSync(join(request.enginesDirectory, name), { recursive: true });
      writeFileSync(join(request.enginesDirectory, name, 'left'), '');
    }
    const { folder } = await installNativeEngine(request);
    expect(existsSync(join(folder, 'engine.json'))).toBe(true);
    expect(existsSync(join(folder, 'left'))).toBe(false);
    expect(readdirSync(join(request.enginesDirectory, 'cpu-2.20.0-other'))).toEqual(['left']);
  });

  it('takes the wheel of its variant from a folder of wheels', async () => {
    useCompiler();
    const carried = wheelAt(CPU_WHEEL);
    writeFileSync(join(dirname(carried), 'tensorflow-2.21.0-py3-none-any.whl'), 'the wheel for GPUs');
    writeFileSync(join(dirname(carried), 'tensorflow_cpu-2.20.0-py3-none-any.whl'), 'an older one');
    const { manifest } = await installNativeEngine(installRequest(dirname(carried)));
    expect(manifest.wheelSha256).toBe(sha256(readFileSync(carried)));
  });

  it('takes a wheel that was fetched before, and keeps it', async () => {
    useCompiler();
    const request = installRequest(null);
    const kept = writeTinyWheel(join(request.enginesDirectory, 'wheels-2.21.0', CPU_WHEEL), tensorFlowFiles);
    const { manifest } = await installNativeEngine(request);
    expect(manifest.wheelSha256).toBe(sha256(readFileSync(kept)));
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('installing for a GPU', () => {
  const metadata = [
    'Name: tensorflow',
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    "Requires-Dist: nvidia-cudnn-cu12 <10.0,>=9.3 ; extra == 'and-cuda'",
    'Requires-Dist: tensorboard; extra == "and-boards"',
    '',
  ].join('\n');
  const blas = {
    'nvidia/cublas/lib/libcublas.so.12': 'blas',
    'nvidia/cublas/lib/libcublasLt.so.12': 'light blas',
    'nvidia/cublas/lib/__init__.py': '',
    'nvidia/cublas/include/cublas.h': '',
  };

  /** Writes the wheels of TensorFlow and of cuBLAS; returns their folder. */
  function carryWheels(): string {
    const carried = tempFolder();
    writeTinyWheel(join(carried, 'tensorflow-2.21.0-py3-none-any.whl'), tensorFlowFiles, { metadata });
    writeTinyWheel(join(carried, 'nvidia_cublas_cu12-12.9.1-py3-none-any.whl'), blas);
    return carried;
  }

  it('brings the CUDA libraries that the wheel asks for, and says which folders hold them', async () => {
    useCompiler();
    const carried = carryWheels();
    const dnn = { 'nvidia/cudnn/lib/libcudnn.so.9': 'dnn' };
    writeTinyWheel(join(carried, 'nvidia_cudnn_cu12-9.10-py3-none-any.whl'), dnn);
    const tryOut = vi.fn(() => Promise.resolve(null));
    const { folder, manifest } = await installNativeEngine(
      installRequest(carried, { variant: 'gpu', tryOut }),
    );
    expect(folder).toMatch(new RegExp(`/${engineFolderName('gpu')}$`));
    expect(manifest.variant).toBe('gpu');
    expect(manifest.libraryFolders).toEqual(['nvidia/cublas/lib', 'nvidia/cudnn/lib']);
    expect(tryOut).toHaveBeenCalledWith(expect.any(String), manifest.libraryFolders);
    const entries = readdirSync(join(folder, 'nvidia'), { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(names.sort()).toEqual(['libcublas.so.12', 'libcublasLt.so.12', 'libcudnn.so.9']);
    expect(readFileSync(join(folder, 'nvidia', 'cudnn', 'lib', 'libcudnn.so.9'), 'utf8')).toBe('dnn');
  });

  it('names the CUDA wheel that was not brought', async () => {
    const notes = useCompiler();
    const request = installRequest(carryWheels(), { variant: 'gpu' });
    await expect(installNativeEngine(request)).rejects.toMatchObject({
      code: 'engine_install_failed',
      message: expect.stringContaining('nvidia_cudnn_cu12-*.whl') as string,
    });
    expect(readdirSync(request.enginesDirectory)).toEqual([]);
    expect(existsSync(notes)).toBe(false);
  });
});
