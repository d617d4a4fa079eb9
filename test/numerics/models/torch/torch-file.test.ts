import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memorySource, type ByteSource } from '#numerics/files/byte-source';
import { openTorchFile, type TorchFile } from '#numerics/models/torch/torch-file';
import {
  call,
  dict,
  floats,
  int,
  ints,
  legacyFile,
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

const folder = new URL('../../../fixtures/torch/', import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const open = (bytes: Uint8Array) => openTorchFile(memorySource(bytes, 'model.pt', 'checkpoint_format'));

interface Expected {
  readonly container: string;
  readonly tensors: Record<string, { dtype: string; shape: number[]; values?: number[] }>;
  readonly facts: Record<string, unknown>;
  readonly classes: Record<string, string>;
}

async function describeTensors({ tensors }: TorchFile) {
  const described: Expected['tensors'] = {};
  for (const [path, { dtype, shape, read }] of tensors) {
    const isReadable = ['F32', 'F16', 'BF16'].includes(dtype);
    described[path] = { dtype, shape: [...shape], ...(isReadable ? { values: [...(await read())] } : {}) };
  }
  return described;
}

describe('openTorchFile reads what PyTorch wrote', () => {
  const cases = Object.entries(
    JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<string, Expected>,
  );

  it('in every fixture', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.pt'));
    expect(cases.map(([name]) => name).sort()).toEqual(files.sort());
  });

  it.each(cases)('%s', async (name, { container, tensors, facts, classes }) => {
    const file = await open(bytesOf(name));
    expect(file.container).toBe(container);
    expect(await describeTensors(file)).toEqual(tensors);
    expect(Object.fromEntries(file.facts)).toMatchObject(facts);
    expect(Object.fromEntries(file.classes)).toMatchObject(classes);
  });

  it('and executes nothing', async () => {
    for (const name of ['malicious.pt', 'malicious-legacy.pt']) {
      const file = await open(bytesOf(name));
      expect(file.unknownGlobals).toEqual(['posix.system']);
    }
    expect(existsSync('executed-by-pickle')).toBe(false);
  });

  it('without unknown names in plain state dicts', async () => {
    for (const name of ['state-dict-f16.pt', 'legacy.pt', 'views.pt', 'linear.pt', 'types.pt']) {
      const { unknownGlobals, classes } = await open(bytesOf(name));
      expect(unknownGlobals).toEqual([]);
      expect(classes.size).toBe(0);
    }
  });

  it('and refuses to read numbers of other types, naming the tensor', async () => {
    const { tensors } = await open(bytesOf('types.pt'));
    await expect(tensors.get('f64')!.read()).rejects.toMatchObject({
      code: 'checkpoint_format',
      message: 'model.pt: tensor "f64" has type "F64"; only F32, F16, BF16 can be read',
      data: { file: 'model.pt', tensor: 'f64' },
    });
  });
});

describe('openTorchFile reads hand-made files', () => {
  const six = floats(0, 1, 2, 3, 4, 5);
  const read = async (value: string) => {
    const { tensors } = await open(torchZip(pickle(value), { '0': six }));
    return [...(await tensors.get('')!.read())];
  };

  it.each<[string, string, number[]]>([
    ['with an offset', tensor(storage('0', 6), { offset: int(2), shape: ints(2), strides: ints(1) }), [2, 3]],
    ['with strides', tensor(storage('0', 6), { shape: ints(3, 2), strides: ints(1, 3) }), [0, 3, 1, 4, 2, 5]],
    ['with steps', tensor(storage('0', 6), { offset: int(1), shape: ints(3), strides: ints(2) }), [1, 3, 5]],
    [
      'with a stride of zero',
      tensor(storage('0', 6), { shape: ints(2, 3), strides: ints(0, 1) }),
      [0, 1, 2, 0, 1, 2],
    ],
    ['without axes', tensor(storage('0', 6), { offset: int(5), shape: ')', strides: ')' }), [5]],
    ['without numbers', tensor(storage('0', 6), { shape: ints(0, 99), strides: ints(99, 1) }), []],
    [
      'with any stride for an axis of one',
      tensor(storage('0', 6), { shape: ints(1, 6), strides: ints(77, 1) }),
      [0, 1, 2, 3, 4, 5],
    ],
    [
      'in the first version',
      call(named('torch._utils', '_rebuild_tensor'), storage('0', 6), int(4), ints(2), ints(1)),
      [4, 5],
    ],
    [
      'with a type of its own',
      call(
        named('torch._utils', '_rebuild_tensor_v3'),
        storage('0', 24, 'UntypedStorage'),
        int(4),
        ints(2),
        ints(1),
        '\x89',
        '}',
        named('torch', 'float32'),
      ),
      [4, 5],
    ],
    [
      'as a parameter with attributes',
      call(
        named('torch._utils', '_rebuild_parameter_with_state'),
        tensor(storage('0', 6), { shape: ints(1), strides: ints(1) }),
        '\x88',
        '}',
        '}',
      ),
      [0],
    ],
    [
      'as an instance of a subclass',
      call(
        named('torch._tensor', '_rebuild_from_type_v2'),
        named('torch._utils', '_rebuild_tensor_v2'),
        named('some', 'Tensor'),
        tuple(storage('0', 6), int(1), ints(1), ints(1), '\x89', '}'),
        '}',
      ),
      [1],
    ],
  ])('of a tensor %s', async (_, value, numbers) => {
    expect(await read(value)).toEqual(numbers);
  });

  it('of views in old files', async () => {
    const view = tuple(text('view'), int(2), int(3));
    const stored = `${tuple(text('storage'), named('torch', 'FloatStorage'), text('5'), text('cpu'), int(6), view)}Q`;
    const value = pickle(tensor(stored, { offset: int(1), shape: ints(2), strides: ints(1) }));
    const { tensors } = await open(legacyFile(value, pickle(list(text('5'))), legacyStorage(6, six)));
    expect([...(await tensors.get('')!.read())]).toEqual([3, 4]);
  });

  it('of names that plain objects have', async () => {
    const value = dict(text('__proto__'), int(1), text('constructor'), dict(text('toString'), int(2)));
    const { facts } = await open(torchZip(pickle(value)));
    expect([...facts]).toEqual([
      ['__proto__', 1],
      ['constructor.toString', 2],
    ]);
  });

  it('of a list that holds itself', async () => {
    const { facts } = await open(torchZip(pickle(`]q\x00(K\x01h\x00e`)));
    expect([...facts]).toEqual([['0', 1]]);
  });
});

describe('openTorchFile reads lazily', () => {
  /** A file of two tensors of 2^19 numbers each, and what was read of it. */
  function watched(bytes: Uint8Array): { source: ByteSource; reads: [number, number][] } {
    const whole = memorySource(bytes, 'model.pt', 'checkpoint_format');
    const reads: [number, number][] = [];
    const read: ByteSource['read'] = (offset, length) => {
      reads.push([offset, length]);
      return whole.read(offset, length);
    };
    return { source: { ...whole, read }, reads };
  }

  const count = 2 ** 19;
  const data = new Uint8Array(4 * count);
  const whole = { shape: ints(count), strides: ints(1) };
  const value = pickle(
    dict(
      text('a'),
      tensor(storage('0', count), whole),
      text('b'),
      tensor(storage('1', count), { offset: int(1000), shape: ints(10, 2), strides: ints(2, 1) }),
    ),
  );

  it.each<[string, Uint8Array]>([
    [
      'zip archives',
      torchZip(value, { '0': data, '1': data }, [{ name: 'archive/end', data: new Uint8Array(70_000) }]),
    ],
    [
      'files from before',
      legacyFile(
        value,
        pickle(list(text('0'), text('1'))),
        new Uint8Array(Buffer.concat([legacyStorage(count, data), legacyStorage(count, data)])),
      ),
    ],
  ])('from %s', async (_, bytes) => {
    const { source, reads } = watched(bytes);
    const { tensors } = await openTorchFile(source);
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBeLessThan(400_000);
    reads.length = 0;
    await tensors.get('b')!.read();
    expect(reads.map(([, length]) => length)).toEqual([80]);
    await tensors.get('a')!.read();
    expect(reads.map(([, length]) => length)).toEqual([80, 4 * count]);
  });
});
