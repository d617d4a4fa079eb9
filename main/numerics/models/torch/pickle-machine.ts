import { construct, isKnownGlobal } from './known-globals';
import { resolvePersistent } from './persistent-ids';
import { PickleError, PickleReader } from './pickle-reader';
import {
  PickleGlobal,
  PickleObject,
  PickleTensor,
  type PickleStorage,
  type PickleValue,
} from './pickle-values';

/** Opcodes and other units of work; a checkpoint of a large model with its optimizer takes about 10^5. */
const MOST_STEPS = 10_000_000;
const MOST_ON_STACK = 1_000_000;
const MOST_REMEMBERED = 1_000_000;

/** What a new container or object counts for, in steps: it takes much more memory than a number. */
const STEPS_PER_CONTAINER = 10;
const LONGEST_NAME = 1000;

/** The stack and the memo of pickle's little language, with limits on everything. */
export class PickleMachine {
  readonly reader: PickleReader;
  /** Names of classes and functions that are not understood. */
  readonly unknownGlobals = new Set<string>();
  /** Storages that the pickle refers to, by key. */
  readonly storages = new Map<string, PickleStorage>();
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #steps = 0;

  /**
   * @param bytes the pickle and whatever follows it
   */
  constructor(bytes: Uint8Array) {
    this.reader = new PickleReader(bytes);
  }

  /**
   * Charges for work.
   *
   * @param steps how much
   * @throws {PickleError} if it was too much in all
   */
  readonly spend = (steps: number): void => {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) throw new PickleError('it has too many parts');
  };

  /**
   * Puts a value on the stack.
   *
   * @param value any
   */
  push(value: PickleValue): void {
    if (this.#stack.length >= MOST_ON_STACK) throw new PickleError('its stack grows too high');
    this.#stack.push(value);
  }

  /**
   * Puts a new container or object on the stack.
   *
   * @param value any
   */
  pushNew(value: PickleValue): void {
    this.spend(STEPS_PER_CONTAINER);
    this.push(value);
  }

  /** Takes the value on top of the stack. */
  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  /** Returns the value on top of the stack. */
  top(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.at(-1) : undefined;
    if (value === undefined) throw new PickleError('something is taken from an empty stack');
    return value;
  }

  /** Marks the height of the stack. */
  mark(): void {
    if (this.#marks.length >= MOST_ON_STACK) throw new PickleError('it has too many marks');
    this.#marks.push(this.#stack.length);
  }

  /** Takes all values above the last mark, and the mark. */
  popMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw new PickleError('a mark is missing');
    return this.#stack.splice(height);
  }

  /** Takes the value on top, or the last mark if nothing lies on it. */
  discard(): void {
    if (this.#stack.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }

  /**
   * Remembers the value on top of the stack.
   *
   * @param index by what; the next free one if left out
   */
  remember(index = this.#memo.size): void {
    if (this.#memo.size >= MOST_REMEMBERED) throw new PickleError('it remembers too much');
    this.#memo.set(index, this.top());
  }

  /**
   * Puts a remembered value on the stack.
   *
   * @param index by what it was remembered
   */
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError('something is recalled that was not remembered');
    this.push(value);
  }

  /**
   * Puts the name of a class or function on the stack.
   *
   * @param module where it is defined
   * @param name what it is called there
   */
  pushGlobal(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a name is not text');
    if (module.length + name.length > LONGEST_NAME) throw new PickleError('a name is too long');
    const full = `${modernModules.get(module) ?? module}.${name}`;
    if (!isKnownGlobal(full)) this.unknownGlobals.add(full);
    this.pushNew(new PickleGlobal(full));
  }

  /** Takes arguments and a class or function from the stack, and puts what they make on it. */
  construct(): void {
    const args = this.pop();
    const callable = this.pop();
    this.pushNew(construct(callable, args, this.spend));
  }

  /** Takes a state from the stack and gives it to the value below it. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleObject) target.state = state;
    // An ordered dict and a tensor can have attributes in Python, which say nothing about their content.
    else if (!(target instanceof Map) && !(target instanceof PickleTensor)) {
      throw new PickleError('something has a state that can have none');
    }
  }

  /**
   * Appends to the list on top of the stack.
   *
   * @param items what
   */
  append(items: readonly PickleValue[]): void {
    const target = this.top();
    const list = target instanceof PickleObject ? target.items : target;
    if (!Array.isArray(list)) throw new PickleError('something is appended to what is no list');
    for (const item of items) list.push(item);
  }

  /**
   * Sets items of the dict on top of the stack.
   *
   * @param items keys and values in turn
   */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    const map = target instanceof PickleObject ? target.entries : target;
    if (!(map instanceof Map)) throw new PickleError('an item is set in what is no dict');
    if (items.length % 2 !== 0) throw new PickleError('a key has no value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  /**
   * Puts on the stack what lies outside of the pickle: numbers, or a class with its source text.
   *
   * @param id how the pickle refers to it
   */
  pushPersistent(id: PickleValue): void {
    this.pushNew(resolvePersistent(id, this.storages));
  }
}

/** Modules of Python 2 that have another name in Python 3. */
const modernModules: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
]);
