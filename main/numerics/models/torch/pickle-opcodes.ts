import { parseInteger, PickleError } from './pickle-reader';
import type { PickleMachine } from './pickle-machine';
import type { PickleValue } from './pickle-values';

/** Does what one opcode says. */
type Step = (machine: PickleMachine) => void;

/** The last opcode of every pickle. */
export const STOP = '.'.charCodeAt(0);

const NEWEST_PROTOCOL = 5;

/**
 * The opcodes of protocols 0 to 5, by code. Those that need a registry or buffers outside of the pickle are left
 * out: PyTorch writes none.
 *
 * Source: the definitions in Python's own Lib/pickletools.py.
 */
export const opcodes: ReadonlyMap<number, Step> = new Map(
  (
    [
      // Structure
      ['\x80', protocol],
      ['\x95', (m) => void m.reader.uint64()],
      ['(', (m) => m.mark()],
      ['0', (m) => m.discard()],
      ['1', (m) => void m.popMark()],
      ['2', (m) => m.push(m.top())],
      // Constants
      ['N', (m) => m.push(null)],
      ['\x88', (m) => m.push(true)],
      ['\x89', (m) => m.push(false)],
      // Numbers
      ['I', (m) => m.push(parseLine(m.reader.line()))],
      ['L', (m) => m.push(parseInteger(m.reader.line().replace(/L$/, '')))],
      ['F', (m) => m.push(parseFloat64(m.reader.line()))],
      ['J', (m) => m.push(m.reader.int32())],
      ['K', (m) => m.push(m.reader.uint8())],
      ['M', (m) => m.push(m.reader.uint16())],
      ['G', (m) => m.push(m.reader.float64())],
      ['\x8a', (m) => m.push(m.reader.integer(m.reader.uint8()))],
      ['\x8b', (m) => m.push(m.reader.integer(m.reader.uint32()))],
      // Texts and bytes
      ['S', (m) => m.push(unquote(m.reader.latin1Line()))],
      ['T', (m) => m.push(m.reader.latin1(m.reader.uint32()))],
      ['U', (m) => m.push(m.reader.latin1(m.reader.uint8()))],
      ['V', (m) => m.push(unescapeUnicode(m.reader.latin1Line()))],
      ['X', (m) => m.push(m.reader.text(m.reader.uint32()))],
      ['\x8c', (m) => m.push(m.reader.text(m.reader.uint8()))],
      ['\x8d', (m) => m.push(m.reader.text(m.reader.uint64()))],
      ['B', (m) => m.pushNew(m.reader.bytes(m.reader.uint32()))],
      ['C', (m) => m.pushNew(m.reader.bytes(m.reader.uint8()))],
      ['\x8e', (m) => m.pushNew(m.reader.bytes(m.reader.uint64()))],
      ['\x96', (m) => m.pushNew(m.reader.bytes(m.reader.uint64()))],
      // Containers
      [']', (m) => m.pushNew([])],
      [')', (m) => m.pushNew([])],
      ['\x8f', (m) => m.pushNew([])],
      ['}', (m) => m.pushNew(new Map())],
      ['l', (m) => m.pushNew(m.popMark())],
      ['t', (m) => m.pushNew(m.popMark())],
      ['\x91', (m) => m.pushNew(m.popMark())],
      ['\x85', (m) => m.pushNew([m.pop()])],
      ['\x86', (m) => m.pushNew(take(m, 2))],
      ['\x87', (m) => m.pushNew(take(m, 3))],
      ['d', makeDict],
      ['a', (m) => m.append([m.pop()])],
      ['e', (m) => m.append(m.popMark())],
      ['\x90', (m) => m.append(m.popMark())],
      ['s', (m) => m.setItems(take(m, 2))],
      ['u', (m) => m.setItems(m.popMark())],
      // Memory
      ['p', (m) => m.remember(indexOf(m.reader.line()))],
      ['q', (m) => m.remember(m.reader.uint8())],
      ['r', (m) => m.remember(m.reader.uint32())],
      ['\x94', (m) => m.remember()],
      ['g', (m) => m.recall(indexOf(m.reader.line()))],
      ['h', (m) => m.recall(m.reader.uint8())],
      ['j', (m) => m.recall(m.reader.uint32())],
      // Classes and functions
      ['c', (m) => m.pushGlobal(m.reader.line(), m.reader.line())],
      ['\x93', pushGlobalOfStack],
      ['R', (m) => m.construct()],
      ['\x81', (m) => m.construct()],
      ['\x92', constructWithNames],
      ['o', constructMarked],
      ['i', constructNamed],
      ['b', (m) => m.build()],
      // What lies outside
      ['P', (m) => m.pushPersistent(m.reader.line())],
      ['Q', (m) => m.pushPersistent(m.pop())],
    ] as const satisfies readonly (readonly [string, Step])[]
  ).map(([code, step]): [number, Step] => [code.charCodeAt(0), step]),
);

function protocol(machine: PickleMachine): void {
  const version = machine.reader.uint8();
  if (version > NEWEST_PROTOCOL) throw new PickleError(`it has protocol ${version}, which is not known`);
}

/** Takes values from the stack, the lowest first. */
function take(machine: PickleMachine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function makeDict(machine: PickleMachine): void {
  const items = machine.popMark();
  machine.pushNew(new Map());
  machine.setItems(items);
}

function pushGlobalOfStack(machine: PickleMachine): void {
  const [module, name] = take(machine, 2);
  machine.pushGlobal(module, name);
}

/** Arguments by name are left out: nothing that is imitated takes any. */
function constructWithNames(machine: PickleMachine): void {
  machine.pop();
  machine.construct();
}

/** A mark, the class, its arguments. */
function constructMarked(machine: PickleMachine): void {
  const [callable, ...args] = machine.popMark();
  machine.push(callable ?? null);
  machine.push(args);
  machine.construct();
}

/** A mark and the arguments; the class is named by the opcode. */
function constructNamed(machine: PickleMachine): void {
  const args = machine.popMark();
  machine.pushGlobal(machine.reader.line(), machine.reader.line());
  machine.push(args);
  machine.construct();
}

/** Protocol 0 has truth values as numbers with a zero before them. */
function parseLine(text: string): boolean | number | bigint {
  if (text === '00' || text === '01') return text === '01';
  return parseInteger(text);
}

function parseFloat64(text: string): number {
  const special = new Map([
    ['inf', Infinity],
    ['-inf', -Infinity],
    ['nan', NaN],
  ]).get(text);
  if (special !== undefined) return special;
  if (!/^[+-]?\d{1,400}(\.\d{0,400})?(e[+-]?\d{1,4})?$/i.test(text)) {
    throw new PickleError('a number is not one');
  }
  return Number(text);
}

function indexOf(text: string): number {
  const index = parseInteger(text);
  if (typeof index !== 'number' || index < 0) throw new PickleError('something is remembered by no number');
  return index;
}

/** Reads a text as Python writes it in quotes. */
function unquote(text: string): string {
  const inner = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (inner === undefined) throw new PickleError('a text has no quotes around it');
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/gs,
    (_, hex?: string, octal?: string, other = '') => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      return escapes.get(other as string) ?? (other as string);
    },
  );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function unescapeUnicode(text: string): string {
  return text.replaceAll(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const code = parseInt(short ?? long ?? '', 16);
    if (code > 0x10ffff) throw new PickleError('a text has a character that does not exist');
    return String.fromCodePoint(code);
  });
}
