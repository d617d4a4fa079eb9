import { describe, expect, it } from 'vitest';
import { complainer } from '#numerics/models/complain';
import { PickleGlobal, PickleObject } from '#numerics/models/torch/pickle-values';
import { unpickle } from '#numerics/models/torch/unpickle';
import { call, dict, int, list, named, pickle, text, tuple, word } from './pickle-writer';

const read = (...parts: string[]) => unpickle(pickle(...parts), complainer('model.pt'));
const valueOf = (...parts: string[]) => read(...parts)!.value;

describe('unpickle reads', () => {
  it.each<[string, string, unknown]>([
    ['None', 'N', null],
    ['truth values', '\x88\x89\x86', [true, false]],
    ['truth values of protocol 0', 'I01\nI00\n\x86', [true, false]],
    ['small numbers', 'K\xff', 255],
    ['numbers of 16 bits', 'M\x01\xff', 0xff01],
    ['numbers of 32 bits', `J${word(0xffff_fffe)}`, -2],
    ['decimal numbers', 'I-12\n', -12],
    ['decimal numbers with a sign', 'I+12\n', 12],
    ['long decimal numbers', 'L123L\n', 123],
    ['long numbers', '\x8a\x02\x00\xff', -256],
    ['the shortest long number', '\x8a\x00', 0],
    ['longer numbers', `\x8b${word(3)}\x01\x00\x01`, 65537],
    ['numbers that are not exact in float64', '\x8a\x08\x01\x00\x00\x00\x00\x00\x20\x00', 2n ** 53n + 1n],
    ['decimal fractions', 'F-1.5e-3\n', -0.0015],
    ['infinity', 'Finf\n', Infinity],
    ['binary fractions', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00', 1.5],
    ['text', text('ünïcode 😀'), 'ünïcode 😀'],
    ['short text', '\x8c\x02ab', 'ab'],
    ['long text', '\x8d\x02\0\0\0\0\0\0\0ab', 'ab'],
    ['text of Python 2', 'U\x02a\xe9', 'aé'],
    ['longer text of Python 2', `T${word(2)}ab`, 'ab'],
    ['quoted text', String.raw`S'it\'s \x41\102\n\\'` + '\n', "it's AB\n\\"],
    ['escaped text', 'Va\\u00e9\\U0001f600\xe9\n', 'aé😀é'],
    ['bytes', 'C\x02\x00\xff', Uint8Array.of(0, 255)],
    ['longer bytes', `B${word(1)}\x07`, Uint8Array.of(7)],
    ['long bytes', '\x8e\x01\0\0\0\0\0\0\0\x07', Uint8Array.of(7)],
    ['a bytearray', '\x96\x01\0\0\0\0\0\0\0\x07', Uint8Array.of(7)],
    ['lists', list(int(1), list()), [1, []]],
    ['lists by one item', ']K\x01aK\x02a', [1, 2]],
    ['lists of protocol 0', '(K\x01K\x02l', [1, 2]],
    ['empty tuples', ')', []],
    [
      'tuples of one, two and three',
      '(K\x01\x85K\x01K\x02\x86K\x01K\x02K\x03\x87t',
      [[1], [1, 2], [1, 2, 3]],
    ],
    ['sets', '\x8f(K\x01K\x02\x90', [1, 2]],
    ['frozen sets', '(K\x01\x91', [1]],
    [
      'dicts',
      dict(text('a'), int(1), int(2), 'N'),
      new Map<unknown, unknown>([
        ['a', 1],
        [2, null],
      ]),
    ],
    ['dicts by one item', '}K\x01K\x02s', new Map([[1, 2]])],
    ['dicts of protocol 0', '(K\x01K\x02d', new Map([[1, 2]])],
    ['what is remembered', 'K\x07q\x05r\x00\x01\x00\x00p300\n0h\x05j\x00\x01\x00\x00g300\n\x87', [7, 7, 7]],
    ['what is remembered in order', 'K\x07\x94K\x08\x94\x86h\x00h\x01\x87', [[7, 8], 7, 8]],
    ['what is taken back', 'K\x01K\x020(0(K\x031K\x04\x86', [1, 4]],
    ['what is doubled', 'K\x012\x86', [1, 1]],
    ['frames', '\x80\x04\x95\x02\0\0\0\0\0\0\0K\x01', 1],
    [
      'ordered dicts',
      call(named('collections', 'OrderedDict'), list(tuple(text('a'), int(1)))),
      new Map([['a', 1]]),
    ],
    [
      'attributes of ordered dicts',
      `${call(named('collections', 'OrderedDict'))}${dict(text('_metadata'), 'N')}b`,
      new Map(),
    ],
    [
      'default dicts',
      `${call(named('collections', 'defaultdict'), named('builtins', 'list'))}(K\x01K\x02u`,
      new Map([[1, 2]]),
    ],
    ['sets of Python 2', call(named('__builtin__', 'set'), list(int(1))), [1]],
    ['sizes', call(named('torch', 'Size'), tuple(int(1), int(2))), [1, 2]],
    [
      'lists with a type',
      call(named('torch.jit._pickle', 'restore_type_tag'), list(int(1)), text('List[int]')),
      [1],
    ],
    ['lists of numbers', call(named('torch.jit._pickle', 'build_intlist'), list(int(1))), [1]],
    ['slices, as nothing', call(named('builtins', 'slice'), int(1), int(2), 'N'), null],
    ['classes outside', `${tuple(text('module'), 'K\x07', text('file.py'), text('source'))}Q`, 7],
    ['keys that objects have', dict(text('__proto__'), int(1)), new Map([['__proto__', 1]])],
  ])('%s', (_, parts, expected) => {
    expect(valueOf(parts)).toEqual(expected);
  });

  it('the length of a pickle with something behind it', () => {
    const bytes = new Uint8Array([...pickle('K\x01'), 1, 2, 3]);
    expect(unpickle(bytes, complainer('x'))).toMatchObject({ value: 1, length: 3 });
  });

  it('nothing of a pickle that is cut off anywhere', () => {
    const whole = pickle(dict(text('abc'), list(int(1), 'G\0\0\0\0\0\0\0\0'), named('a', 'b'), 'I1\n'));
    for (let end = 0; end < whole.length; end++) {
      expect(unpickle(whole.subarray(0, end), complainer('x'))).toBeNull();
    }
  });
});

describe('unpickle keeps the name of', () => {
  const thing = (...args: unknown[]) => new PickleObject('some.Thing', args as never);

  it.each<[string, string]>([
    ['a function that is called', call(named('some', 'Thing'), int(1))],
    ['a class with its name on the stack', `${text('some')}${text('Thing')}\x93${tuple(int(1))}R`],
    ['a class that is made', `${named('some', 'Thing')}${tuple(int(1))}\x81`],
    ['a class that is made with names', `${named('some', 'Thing')}${tuple(int(1))}${dict()}\x92`],
    ['a class on the stack', `(${named('some', 'Thing')}${int(1)}o`],
    ['a class in the opcode', `(${int(1)}isome\nThing\n`],
    [
      'a class that is made by the first protocols',
      call(named('copy_reg', '_reconstructor'), named('some', 'Thing'), named('builtins', 'object'), int(1)),
    ],
    [
      'a class that is made with arguments',
      call(named('copyreg', '__newobj__'), named('some', 'Thing'), int(1)),
    ],
  ])('%s', (_, parts) => {
    const { value, unknownGlobals } = read(parts)!;
    expect(value).toEqual(thing(1));
    expect([...unknownGlobals]).toEqual(['some.Thing']);
  });

  it('an object with state, items and entries', () => {
    const value = valueOf(
      call(named('some', 'Thing')),
      `${dict(text('__class__'), int(1))}b`,
      `(${int(2)}e`,
      `(${text('constructor')}${int(3)}u`,
    );
    expect(value).toMatchObject({
      state: new Map([['__class__', 1]]),
      items: [2],
      entries: new Map([['constructor', 3]]),
    });
  });

  it('a result that is called', () => {
    expect(valueOf(call(call(named('some', 'Thing')), int(1)))).toEqual(thing(1));
  });

  it('functions that could do harm', () => {
    const harmful = [
      'os system',
      'posix system',
      'builtins eval',
      'builtins exec',
      'builtins getattr',
      'subprocess Popen',
    ];
    for (const name of harmful) {
      const [module, attribute] = name.split(' ');
      const { value, unknownGlobals } = read(call(named(module, attribute), text('touch executed')))!;
      expect(value).toEqual(new PickleObject(`${module}.${attribute}`, ['touch executed']));
      expect([...unknownGlobals]).toEqual([`${module}.${attribute}`]);
    }
  });

  it('names of methods of maps and objects', () => {
    for (const name of ['constructor', '__proto__', 'get', 'toString']) {
      expect(valueOf(call(named('torch', name)))).toEqual(new PickleObject(`torch.${name}`, []));
      expect(valueOf(named('', name))).toEqual(new PickleGlobal(`.${name}`));
    }
  });
});

describe('unpickle refuses', () => {
  const rebuild = named('torch._tensor', '_rebuild_from_type_v2');
  it.each<[string, string, string]>([
    ['an unknown opcode', '\xff', 'opcode 0xff'],
    ['registered classes', '\x82\x01', 'opcode 0x82'],
    ['buffers outside', '\x97', 'opcode 0x97'],
    ['an unknown protocol', '\x80\x09', 'protocol 9'],
    ['an empty stack', 'a', 'empty stack'],
    ['a stack that ends at a mark', 'K\x01(\x85', 'empty stack'],
    ['no value', '', 'empty stack'],
    ['a missing mark', 't', 'mark is missing'],
    ['something never remembered', 'h\x07', 'not remembered'],
    ['a memo by no number', 'K\x01p-1\n', 'by no number'],
    ['a number with letters', 'Iseven\n', 'digits'],
    ['an endless number', `\x8b${word(0x7fff_ffff)}`, 'bytes'],
    ['a fraction with letters', 'F1.x\n', 'not one'],
    ['an endless text', `X${word(0xffff_ffff)}`, 'a text has 4294967295 bytes'],
    ['a text that is not UTF-8', `X${word(1)}\xff`, 'not UTF-8'],
    ['a text without quotes', 'Sabc\n', 'quotes'],
    ['a character that does not exist', 'V\\Uffffffff\n', 'does not exist'],
    ['a name that is no text', 'K\x01K\x02\x93', 'not text'],
    ['an endless name', named('a'.repeat(2000), 'b'), 'name is too long'],
    ['a number that is called', call('K\x01'), 'no function'],
    ['arguments that are no tuple', `${named('a', 'b')}NR`, 'not a tuple'],
    ['a list made of a number', call(named('builtins', 'set'), int(1)), 'something else than a list'],
    ['a dict made of numbers', call(named('collections', 'OrderedDict'), list(int(1))), 'than pairs'],
    ['an item in a number', `K\x01${text('a')}${text('b')}s`, 'no dict'],
    ['a key without value', '}(K\x01u', 'no value'],
    ['appending to a dict', '}K\x01a', 'no list'],
    ['a state for a list', ']}b', 'can have none'],
    ['an unknown reference', `${tuple(text('file'), text('/etc/passwd'))}Q`, 'unknown outside'],
    ['a reference that is text', 'Pstorage\n', 'unknown outside'],
    [
      'a storage of an unknown class',
      `${tuple(text('storage'), named('torch', 'QInt8Storage'), text('0'), 'N', int(1))}Q`,
      'torch.QInt8Storage',
    ],
    ['a tensor without storage', call(named('torch._utils', '_rebuild_tensor_v2'), int(1)), 'no storage'],
    [
      'a function that calls itself',
      `]q\x00(${rebuild}Nh\x00e0${rebuild}h\x00R`,
      'is told to call such a one',
    ],
  ])('%s', (_, parts, problem) => {
    expect(() => read(parts)).toThrow('model.pt: holds a pickle that cannot be read: ');
    expect(() => read(parts)).toThrow(problem);
  });

  it.each<[string, () => string, string]>([
    ['too many opcodes', () => 'N0'.repeat(5_000_001), 'too many parts'],
    ['too many containers', () => ']0'.repeat(1_000_001), 'too many parts'],
    ['a stack too high', () => 'N'.repeat(1_000_001), 'stack grows too high'],
    ['too many marks', () => '('.repeat(1_000_001), 'too many marks'],
    ['a memo too large', () => `N${'\x94'.repeat(1_000_001)}`, 'remembers too much'],
    [
      'a dict that is made of many pairs many times',
      () => {
        const pairs = `](${'NN\x86'.repeat(100_000)}eq\x00`;
        return `${pairs}${`${named('collections', 'OrderedDict')}h\x00\x85R0`.repeat(200)}`;
      },
      'too many parts',
    ],
  ])('%s', (_, parts, problem) => {
    expect(() => read(parts())).toThrow(problem);
  });
});
