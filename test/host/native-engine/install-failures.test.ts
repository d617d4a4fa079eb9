import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { installNativeEngine, type InstallRequest } from '#host/native-engine/install-native-engine';
import { tensorFlowWheels } from '#host/native-engine/variants';
import { tempFolder } from '#test/support/temp-folder';
import {
  CPU_WHEEL,
  engineFolderName,
  exampleManifest,
  installRequest,
  tensorFlowFiles,
  useCompiler,
  wheelAt,
} from '#test/support/tiny-engine';
import { writeTinyWheel } from '#test/support/tiny-wheel';

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  statfs: vi.fn(),
}));

/** The name of the wheel whose hash is known beforehand. */
const KNOWN_WHEEL = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

function useFreeBytes(bytes: number): void {
  vi.mocked(statfs).mockResolvedValue({ bavail: bytes, bsize: 1 } as never);
}

/** Puts an engine of another processor and a broken installation into the folder; returns all that is in it. */
function placeEngines(folder: string): string[] {
  const files = {
    'cpu-2.21.0-other/engine.json': JSON.stringify(exampleManifest('cpu', { key: 'other' })),
    'cpu-2.21.0-other/tfjs_binding.node': 'binding',
    [`${engineFolderName('cpu')}/left`]: '',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return contentsOf(folder);
}

function contentsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** Installs over other engines; returns the error, having seen that they are untouched and nothing is added. */
async function failureOf(request: InstallRequest): Promise<unknown> {
  const before = placeEngines(request.enginesDirectory);
  const outcome = await installNativeEngine(request).then(
    () => 'installed',
    (error: unknown) => error,
  );
  expect(contentsOf(request.enginesDirectory)).toEqual(before);
  return outcome;
}

const refusal = (message: RegExp) => ({
  code: 'engine_install_failed',
  message: expect.stringMatching(message) as string,
});

beforeEach(() => {
  useFreeBytes(1e11);
  vi.stubEnv('PYTHON', '/nonexistent');
});
afterEach(() => void vi.unstubAllEnvs());

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('an installation that fails', () => {
  it('tells why the engine does not load', async () => {
    useCompiler();
    const tryOut = vi.fn(() => Promise.resolve('undefined symbol: TF_Version'));
    const error = await failureOf(installRequest(wheelAt(CPU_WHEEL), { tryOut }));
    expect(error).toMatchObject(refusal(/built, but does not load: undefined symbol: TF_Version/));
    expect(tryOut).toHaveBeenCalledOnce();
  });

  it('leaves nothing behind if the engine could not be tried out', async () => {
    useCompiler();
    const tryOut = () => Promise.reject(new Error('no process could be started'));
    const error = await failureOf(installRequest(wheelAt(CPU_WHEEL), { tryOut }));
    expect(error).toMatchObject({ message: 'no process could be started' });
  });

  it('asks for a compiler before it looks at any wheel', async () => {
    vi.stubEnv('CXX', '/nonexistent/g++');
    const onProgress = vi.fn();
    const error = await failureOf(installRequest('/nonexistent', { onProgress }));
    expect(error).toMatchObject(refusal(/C\+\+ compiler is needed.*\/nonexistent\/g\+\+.*apt install g\+\+/));
    expect(error).toMatchObject({ data: { missing: '/nonexistent/g++' } });
    expect(onProgress).not.toHaveBeenCalled();
  });

  it('passes on what the compiler said, but not pages of it', async () => {
    useCompiler(
      'echo "x.cc:1: error: no such type" >&2; for i in $(seq 50); do echo "note $i"; done; exit 1',
    );
    const tryOut = vi.fn(() => Promise.resolve(null));
    const error = await failureOf(installRequest(wheelAt(CPU_WHEEL), { tryOut }));
    expect(error).toMatchObject(refusal(/could not compile[^]*x\.cc:1: error: no such type/));
    expect((error as Error).message.split('\n').length).toBeLessThan(20);
    expect(error).toMatchObject({ data: { compiler: 'faux 1.2' } });
    expect(tryOut).not.toHaveBeenCalled();
  });

  it('passes on what the linker said', async () => {
    useCompiler('if [ "$1" = -shared ]; then echo "ld: cannot find -lx"; exit 1; fi');
    const error = await failureOf(installRequest(wheelAt(CPU_WHEEL)));
    expect(error).toMatchObject(refusal(/ld: cannot find -lx/));
  });

  it('ends the compiler when it is stopped', async () => {
    const started = join(tempFolder(), 'started');
    useCompiler(`touch '${started}'; exec sleep 60`);
    const abort = new AbortController();
    const failing = failureOf(installRequest(wheelAt(CPU_WHEEL), { signal: abort.signal }));
    await vi.waitUntil(() => existsSync(started), { timeout: 20_000 });
    abort.abort();
    expect(await failing).toMatchObject({ name: 'AbortError' });
  });

  it.each(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])(
    'refuses a wheel without %s',
    async (name) => {
      const notes = useCompiler();
      const rest = Object.entries(tensorFlowFiles).filter(([path]) => path !== `tensorflow/${name}`);
      const from = wheelAt(CPU_WHEEL, Object.fromEntries(rest));
      const error = await failureOf(installRequest(from));
      expect(error).toMatchObject(refusal(/does not hold TensorFlow's libraries/));
      expect(error).toMatchObject({ data: { file: from } });
      expect(existsSync(notes)).toBe(false);
    },
  );

  it('refuses a wheel in which a library was altered', async () => {
    const notes = useCompiler();
    const listed = { 'tensorflow/libtensorflow_cc.so.2': 'another library' };
    const from = writeTinyWheel(join(tempFolder(), CPU_WHEEL), tensorFlowFiles, { listed });
    const error = await failureOf(installRequest(from));
    expect(error).toMatchObject(refusal(/tensorflow\/libtensorflow_cc\.so\.2, which is not what/));
    expect(existsSync(notes)).toBe(false);
  });

  it('refuses other bytes under the name of the known wheel, and leaves the user theirs', async () => {
    useCompiler();
    const from = wheelAt(KNOWN_WHEEL);
    const actual = sha256(readFileSync(from));
    const error = await failureOf(installRequest(from));
    const expected = tensorFlowWheels.cpu.sha256;
    expect(error).toMatchObject(refusal(new RegExp(`damaged or altered.* ${actual}, not ${expected}`)));
    expect(existsSync(from)).toBe(true);
  });

  it('removes a wheel of its own that is damaged, so that the next call fetches it anew', async () => {
    useCompiler();
    const request = installRequest(null);
    const kept = writeTinyWheel(
      join(request.enginesDirectory, 'wheels-2.21.0', KNOWN_WHEEL),
      tensorFlowFiles,
    );
    await expect(installNativeEngine(request)).rejects.toMatchObject(refusal(/damaged or altered/));
    expect(existsSync(kept)).toBe(false);
    await expect(installNativeEngine(request)).rejects.toMatchObject(refusal(/pip is needed to fetch/));
  });

  it('says so if there is nothing at the path that is named, or no wheel in that folder', async () => {
    useCompiler();
    const missing = join(tempFolder(), 'missing.whl');
    const error = await failureOf(installRequest(missing));
    expect(error).toMatchObject({ code: 'source_missing', data: { path: missing } });
    expect(await failureOf(installRequest(tempFolder()))).toMatchObject(
      refusal(/no wheel tensorflow_cpu-2\.21\.0-\*\.whl in/),
    );
  });

  it('refuses a file that is a wheel of something else, or of another version', async () => {
    useCompiler();
    const from = writeTinyWheel(
      join(tempFolder(), 'tensorflow_cpu-1.15.0-py3-none-any.whl'),
      tensorFlowFiles,
    );
    expect(await failureOf(installRequest(from))).toMatchObject(refusal(/no wheel tensorflow_cpu-2\.21\.0-/));
  });

  it('does not take the wheel of TensorFlow for those of CUDA', async () => {
    useCompiler();
    const metadata = 'Requires-Dist: nvidia-cublas-cu12>=12; extra == "and-cuda"\n';
    const from = writeTinyWheel(join(tempFolder(), 'tensorflow-2.21.0-py3-none-any.whl'), {
      ...tensorFlowFiles,
      'tensorflow-2.21.0.dist-info/METADATA': metadata,
    });
    const error = await failureOf(installRequest(from, { variant: 'gpu' }));
    expect(error).toMatchObject(refusal(/no wheel nvidia_cublas_cu12-/));
  });

  it.each([
    ['cpu', 1.7e9, /needs 1\.7 GB of disk at .*, and 1\.7 GB are free/],
    ['gpu', 9e9, /needs 9\.0 GB of disk at .*, and 9\.0 GB are free/],
  ] as const)('says how much disk an engine for the %s needs', async (variant, needed, message) => {
    vi.stubEnv('CXX', '/nonexistent');
    useFreeBytes(needed - 1);
    const error = await failureOf(installRequest('/nonexistent', { variant }));
    expect(error).toMatchObject({ ...refusal(message), data: { needed, free: needed - 1 } });
    useFreeBytes(needed);
    expect(await failureOf(installRequest('/nonexistent', { variant }))).toMatchObject(refusal(/compiler/));
  });
});

describe.runIf(process.platform === 'linux')('a system that TensorFlow is not compiled for', () => {
  it.each([
    ['platform', 'darwin', 'darwin-'],
    ['arch', 'arm64', '-arm64'],
  ] as const)('is refused by its %s, %s', async (property, value, named) => {
    const real = Object.getOwnPropertyDescriptor(process, property)!;
    Object.defineProperty(process, property, { ...real, value });
    onTestFinished(() => void Object.defineProperty(process, property, real));
    const request = installRequest(null);
    const data = { platform: expect.stringContaining(named) as string };
    await expect(installNativeEngine(request)).rejects.toMatchObject({ ...refusal(/WebAssembly/), data });
    expect(existsSync(request.enginesDirectory)).toBe(false);
  });
});
