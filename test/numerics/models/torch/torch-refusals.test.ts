import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { memorySource } from '#numerics/files/byte-source';
import { encodeSafetensors } from '#numerics/models/safetensors';
import { openTorchFile } from '#numerics/models/torch/torch-file';
import { writeZip } from '#test/numerics/files/zip-writer';
import {
  call,
  dict,
  floats,
  int,
  ints,
  legacyFile,
  legacyHeader,
  legacyStorage,
  list,
  named,
  pickle,
  storage,
  tensor,
  text,
  torchZip,
  tuple,
} from './pickle-writer';

const bytes = (content: string) => new TextEncoder().encode(content);
const two = floats(1, 2);
const vector = (parts: { offset?: string; shape?: string; strides?: string }) =>
  pickle(dict(text('w'), tensor(storage('0', 2), { shape: ints(2), strides: ints(1), ...parts })));
const intact = vector({});
const keys = pickle(list(text('0')));

async function problemOf(file: Uint8Array): Promise<AppError> {
  const error = await openTorchFile(memorySource(file, 'model.pt', 'checkpoint_format')).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'checkpoint_format', data: { file: 'model.pt' } });
  expect((error as AppError).message).toMatch(/^model\.pt/);
  return error as AppError;
}

describe('openTorchFile says what a file is if it is none of PyTorch', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'is empty'],
    ['a web page', bytes('\n<!DOCTYPE html><html>'), 'is a web page'],
    ['a Git LFS pointer', bytes('version https://git-lfs.github.com/spec/v1\n'), 'git lfs pull'],
    ['a safetensors file', encodeSafetensors(new Map(), {}), 'is a safetensors file'],
    ['a gzip file', gzipSync('x'), 'decompress it first'],
    ['a tar archive', bytes(`${'\0'.repeat(257)}ustar`), 'tar archive'],
    ['JSON', bytes('{"a": 1}'), 'looks like JSON'],
    ['a pickle', pickle('\x80\x04', dict()), 'not one that torch.save wrote'],
    [
      'a pickle that would do harm',
      pickle('\x80\x04', call(named('os', 'system'), text('x'))),
      'not one that torch.save',
    ],
    ['anything', bytes('anything'), 'is not a file of PyTorch'],
    ['a zip archive of something else', writeZip([{ name: 'a/b', data: two }]), 'not one that PyTorch wrote'],
  ])('%s', async (_, file, problem) => {
    expect((await problemOf(file)).message).toContain(problem);
  });
});

describe('openTorchFile refuses zip archives with', () => {
  const entry = (name: string, data: Uint8Array, method = 0) => ({ name: `archive/${name}`, data, method });
  const whole = torchZip(intact, { '0': two });

  it.each<[string, Uint8Array, string]>([
    ['a missing end', whole.subarray(0, -10), 'may be incomplete'],
    ['a compressed pickle', writeZip([entry('data.pkl', intact, 8)]), 'data.pkl is compressed'],
    [
      'a compressed storage',
      writeZip([entry('data.pkl', intact), entry('data/0', two, 8)]),
      'data/0 is compressed',
    ],
    ['a missing storage', torchZip(intact), 'lacks the numbers of storage "0"'],
    [
      'a storage too short',
      torchZip(intact, { '0': floats(1) }),
      'has 4 bytes in archive/data/0, but 8 are expected',
    ],
    [
      'two pickles',
      torchZip(intact, { '0': two }, [{ name: 'b/data.pkl', data: intact }]),
      'more than one data.pkl',
    ],
    ['a pickle that is cut off', torchZip(intact.subarray(0, 9), { '0': two }), 'ends too early'],
    [
      'the other byte order',
      torchZip(intact, { '0': two }, [entry('byteorder', bytes('big'))]),
      'big-endian',
    ],
    [
      'an unknown byte order',
      torchZip(intact, { '0': two }, [entry('byteorder', bytes('middle'))]),
      'in which order',
    ],
    [
      'entries that overlap',
      writeZip([entry('data.pkl', intact), { ...entry('data/0', two), claimedStart: 0 }]),
      'overlaps another',
    ],
    [
      'a storage described in two ways',
      torchZip(pickle(list(storage('0', 2), storage('0', 1))), { '0': two }),
      'described in two ways',
    ],
    [
      'a storage key that leads elsewhere',
      torchZip(pickle(storage('../data.pkl', 2)), { '0': two }),
      'lacks the numbers of storage "../data.pkl"',
    ],
  ])('%s', async (_, file, problem) => {
    expect((await problemOf(file)).message).toContain(problem);
  });
});

describe('openTorchFile refuses old files with', () => {
  const data = legacyStorage(2, two);
  const cut = legacyFile(intact, keys, data);

  it.each<[string, Uint8Array, string]>([
    ['another version', legacyFile(intact, keys, data, legacyHeader(1002)), 'version of the format'],
    ['the other byte order', legacyFile(intact, keys, data, legacyHeader(1001, false)), 'big-endian'],
    ['a storage that is not listed', legacyFile(intact, pickle(list()), data), 'does not list the storages'],
    ['a storage listed twice', legacyFile(intact, pickle(list(text('0'), text('0'))), data), 'does not list'],
    [
      'another storage listed',
      legacyFile(intact, pickle(list(text('1'))), data),
      'does not list the storages',
    ],
    ['another length', legacyFile(intact, keys, legacyStorage(3, two)), 'another length of storage "0"'],
    ['numbers that are cut off', cut.subarray(0, -1), 'ends before its content does'],
    ['lengths that are cut off', cut.subarray(0, -10), 'ends before its content does'],
    ['a pickle that is cut off', cut.subarray(0, legacyHeader().length + 9), 'ends before its content does'],
    ['something behind', new Uint8Array([...cut, 0]), '1 bytes that belong to no storage'],
    [
      'a view beyond its storage',
      legacyFile(
        pickle(
          `${tuple(text('storage'), named('torch', 'FloatStorage'), text('0'), 'N', int(2), ints(1, 1, 2))}Q`,
        ),
        keys,
        data,
      ),
      'a view reaches beyond its storage',
    ],
  ])('%s', async (_, file, problem) => {
    expect((await problemOf(file)).message).toContain(problem);
  });
});

describe('openTorchFile refuses tensors with', () => {
  const minusOne = 'J\xff\xff\xff\xff';
  const huge = '\x8a\x07\xff\xff\xff\xff\xff\xff\x1f';

  it.each<[string, Parameters<typeof vector>[0], string]>([
    ['numbers beyond their storage', { offset: int(1) }, 'reaches beyond its storage'],
    ['strides beyond their storage', { strides: ints(2) }, 'reaches beyond its storage'],
    ['more numbers than their storage', { shape: ints(3), strides: ints(0) }, 'more numbers than the 2'],
    ['a bomb of zero strides', { shape: ints(2 ** 30, 2 ** 30), strides: ints(0, 0) }, 'more numbers'],
    ['negative strides', { offset: int(1), strides: tuple(minusOne) }, 'is described wrongly'],
    ['a negative offset', { offset: minusOne }, 'is described wrongly'],
    ['a negative length', { shape: tuple(minusOne) }, 'is described wrongly'],
    ['huge strides', { strides: tuple(huge) }, 'reaches beyond its storage'],
    ['huge offsets', { offset: huge }, 'reaches beyond its storage'],
    ['fractions', { offset: 'G\x3f\xe0\0\0\0\0\0\0' }, 'is described wrongly'],
    ['fewer strides than axes', { strides: ')' }, 'is described wrongly'],
    ['a shape that is no tuple', { shape: int(2) }, 'is described wrongly'],
    ['a shape of texts', { shape: tuple(text('2')) }, 'is described wrongly'],
    [
      'too many axes',
      { shape: ints(...new Array<number>(65).fill(1)), strides: ints(...new Array<number>(65).fill(1)) },
      'is described wrongly',
    ],
  ])('%s, naming the tensor', async (_, parts, problem) => {
    const error = await problemOf(torchZip(vector(parts), { '0': two }));
    expect(error.message).toMatch(/^model\.pt: tensor "w" /);
    expect(error.message).toContain(problem);
    expect(error.data).toEqual({ file: 'model.pt', tensor: 'w' });
  });

  it('numbers that count as negated, when they are read', async () => {
    const negated = call(
      named('torch._utils', '_rebuild_tensor_v2'),
      ...[storage('0', 2), int(0), ints(2), ints(1), '\x89', '}', dict(text('neg'), '\x88')],
    );
    const file = torchZip(pickle(negated), { '0': two });
    const { tensors } = await openTorchFile(memorySource(file, 'model.pt', 'checkpoint_format'));
    await expect(tensors.get('')!.read()).rejects.toThrow('is stored negated');
  });
});
