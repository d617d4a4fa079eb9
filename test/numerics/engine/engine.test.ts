import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '#contract/errors';
import { tf } from '#numerics/engine/library';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, tidy } from '#numerics/engine/tensor';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';

function numbers(length: number, purpose: string): Float32Array {
  return new RandomStream(1, purpose).normals(length);
}

describe('startEngine', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('starts wasm where it is free to choose, and says nothing on the console', async () => {
    const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name));
    const record = await startEngine('auto', null);
    tf.ones([1]).dispose();
    expect(record).toEqual({
      name: 'wasm',
      device: 'cpu',
      version: '4.22.0',
      threads: 1,
      deterministic: true,
      refused: [{ name: 'native', reason: 'not installed; "tangent engine install" installs it' }],
    });
    expect(tf.getBackend()).toBe('wasm');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it.each([
    ['wasm', 'wasm', 'the settings of the data directory choose WebAssembly'],
    ['nonsense', 'wasm', 'not installed; "tangent engine install" installs it'],
  ])('takes what the settings choose where it is free to (%s)', async (choice, name, reason) => {
    vi.stubEnv('TANGENT_ENGINE_CHOICE', choice);
    expect(await startEngine('auto', null)).toMatchObject({ name, refused: [{ name: 'native', reason }] });
  });

  it('starts no other where the settings choose native, unless it is told to', async () => {
    vi.stubEnv('TANGENT_ENGINE_CHOICE', 'native');
    await expect(startEngine('auto', null)).rejects.toThrow(/native: not installed.*allow no other/);
    expect((await startEngine('wasm', null)).name).toBe('wasm');
  });

  it('starts the engine that is named', async () => {
    expect((await startEngine('cpu')).name).toBe('cpu');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('installs its routes once, however often it is called', async () => {
    await startEngine('wasm');
    const kernels = () => ['BatchMatMul', 'Slice'].map((name) => tf.getKernel(name, 'wasm').kernelFunc);
    const before = kernels();
    await startEngine('wasm');
    expect(kernels()).toEqual(before);
  });
});

describe('matrix products on the wasm engine', () => {
  beforeAll(async () => {
    await startEngine('wasm');
  });

  const cases = [
    { m: 3, k: 5, n: 4 },
    { m: 40, k: 6, n: 2 },
    { m: 2, k: 6, n: 40 },
  ].flatMap((sizes) =>
    [false, true].flatMap((transposeA) =>
      [false, true].map((transposeB) => ({ ...sizes, transposeA, transposeB })),
    ),
  );

  it.each(cases)('are right for $m × $k × $n, transposed $transposeA and $transposeB', (sizes) => {
    withoutLeaks(() => {
      const { m, k, n, transposeA, transposeB } = sizes;
      const [left, right] = [numbers(m * k, 'left'), numbers(k * n, 'right')];
      const expected = Float64Array.from({ length: m * n }, (_, index) => {
        const [row, column] = [Math.floor(index / n), index % n];
        let sum = 0;
        for (let i = 0; i < k; i++) {
          const a = left[transposeA ? i * m + row : row * k + i];
          sum += a * right[transposeB ? column * k + i : i * n + column];
        }
        return sum;
      });
      const a = createTensor(left, transposeA ? [k, m] : [m, k]);
      const b = createTensor(right, transposeB ? [n, k] : [k, n]);
      const product = tf.matMul(a, b, transposeA, transposeB);
      expect(product.shape).toEqual([m, n]);
      expect(relativeError(readTensor(product), expected)).toBeLessThan(1e-6);
      [a, b, product].forEach((tensor) => tensor.dispose());
    });
  });
});

describe('slices on the wasm engine', () => {
  beforeAll(async () => {
    await startEngine('wasm');
  });

  it.each([
    { shape: [7], begin: [2], size: [3] },
    { shape: [4, 5], begin: [1, 0], size: [2, 5] },
    { shape: [4, 5], begin: [1, 2], size: [3, 2] },
    { shape: [3, 4, 5], begin: [1, 0, 0], size: [2, 4, 5] },
    { shape: [3, 4, 5], begin: [1, 1, 0], size: [2, 2, 5] },
    { shape: [3, 4, 5], begin: [0, 1, 2], size: [3, 3, 1] },
    { shape: [2, 3, 4, 5], begin: [1, 0, 2, 1], size: [1, 3, 2, 4] },
    { shape: [4, 5], begin: [1, 2], size: [0, 2] },
    { shape: [4, 5], begin: [1, 2], size: [-1, -1] },
  ])('are right for $size from $begin of $shape', ({ shape, begin, size }) => {
    withoutLeaks(() => {
      const data = numbers(
        shape.reduce((a, b) => a * b),
        'slice',
      );
      const lengths = size.map((length, axis) => (length < 0 ? shape[axis] - begin[axis] : length));
      const x = createTensor(data, shape);
      const slice = tf.slice(x, begin, size);
      const expected = data.filter((_, flat) => {
        let rest = flat;
        return shape
          .map((__, axis) => shape.length - 1 - axis)
          .every((axis) => {
            const index = (rest % shape[axis]) - begin[axis];
            rest = Math.floor(rest / shape[axis]);
            return index >= 0 && index < lengths[axis];
          });
      });
      expect(slice.shape).toEqual(lengths);
      expect(readTensor(slice)).toEqual(expected);
      [x, slice].forEach((tensor) => tensor.dispose());
    });
  });

  it('still work on whole numbers', () => {
    const slice = tidy(() => tf.slice(tf.tensor1d([1, 2, 3], 'int32'), [1], [2]));
    expect([...slice.dataSync()]).toEqual([2, 3]);
    slice.dispose();
  });
});

describe.each(['wasm', 'cpu'] as const)('tensors on the %s engine', (engine) => {
  it('share no memory with the arrays that they are made from and read to', async () => {
    await startEngine(engine);
    withoutLeaks(() => {
      const data = Float32Array.of(1, 2);
      const x = createTensor(data, [2]);
      data[0] = 99;
      readTensor(x)[1] = 99;
      expect([...readTensor(x)]).toEqual([1, 2]);
      x.dispose();
    });
  });
});

// Last, because the wasm engine does not come back in this process.
describe('startEngine without wasm', () => {
  it('falls back to cpu and records the reason', async () => {
    await startEngine('cpu');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => Promise.reject(new Error('no memory for the heap')));
    const { name, refused } = await startEngine('auto', null);
    expect(name).toBe('cpu');
    expect(refused).toEqual([
      { name: 'native', reason: 'not installed; "tangent engine install" installs it' },
      { name: 'wasm', reason: 'no memory for the heap' },
    ]);
  });

  it('refuses where wasm was asked for by name', async () => {
    const refusal = await startEngine('wasm').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({
      code: 'engine_unavailable',
      data: { request: 'wasm', reasons: ['wasm: no memory for the heap'] },
    });
  });
});
