import type { Complain } from '../complain';
import { isKnownGlobal } from './known-globals';
import { PickleGlobal, PickleObject, PickleTensor, type PickleValue } from './pickle-values';

/** The content of a pickle by dotted path. */
export interface FlatPickle {
  readonly tensors: ReadonlyMap<string, PickleTensor>;
  readonly facts: ReadonlyMap<string, string | number | boolean>;
  readonly classes: ReadonlyMap<string, string>;
}

/** How deep values may stand in one another. */
const DEEPEST = 200;

/** Lists that hold a list many times, which holds a list many times, have few bytes and many paths. */
const MOST_VALUES = 500_000;
const MOST_PATH_CHARACTERS = 64_000_000;

/**
 * Lays out what a pickle holds by dotted path: keys of dicts, places in lists, attributes of objects.
 * Parameters, buffers and parts of a `torch.nn.Module` stand under its own path, as in a state dict. A value that
 * is part of itself is left out there; so are None, bytes, whole numbers that are not exact, and what stands
 * under a key that is neither text nor a whole number. Of an object without attributes, the arguments that it
 * was made of stand under its path.
 *
 * @param root what the pickle holds
 * @param complain makes the error
 * @throws {AppError} `checkpoint_format` if two things have one path, or values stand too deep or are too many
 */
export function flatten(root: PickleValue, complain: Complain): FlatPickle {
  const flattener = new Flattener(complain);
  flattener.visit(root, '', 0);
  return flattener;
}

class Flattener implements FlatPickle {
  readonly tensors = new Map<string, PickleTensor>();
  readonly facts = new Map<string, string | number | boolean>();
  readonly classes = new Map<string, string>();
  readonly #complain: Complain;
  readonly #taken = new Set<string>();
  /** The values that the present one is part of. */
  readonly #ancestors = new Set<PickleValue>();
  #values = 0;
  #characters = 0;

  constructor(complain: Complain) {
    this.#complain = complain;
  }

  visit(value: PickleValue, path: string, depth: number): void {
    if (++this.#values > MOST_VALUES) throw this.#complain(`holds more than ${MOST_VALUES} values`);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      this.facts.set(this.#take(path), value);
    } else if (value instanceof PickleTensor) {
      this.tensors.set(this.#take(path), value);
    } else if (value instanceof PickleGlobal) {
      if (!isKnownGlobal(value.name)) this.classes.set(this.#take(path), value.name);
    } else if (value instanceof PickleObject || value instanceof Map || Array.isArray(value)) {
      if (!this.#ancestors.has(value)) this.#visitParts(value, path, depth);
    }
  }

  #visitParts(whole: Whole, path: string, depth: number): void {
    if (depth >= DEEPEST)
      throw this.#complain(`holds values that stand more than ${DEEPEST} deep in one another`);
    if (whole instanceof PickleObject) this.classes.set(this.#take(path), whole.className);
    this.#ancestors.add(whole);
    for (const [key, part] of partsOf(whole)) {
      const name = nameOf(key);
      if (name !== null) this.visit(part, path === '' ? name : `${path}.${name}`, depth + 1);
    }
    this.#ancestors.delete(whole);
  }

  #take(path: string): string {
    this.#characters += path.length;
    if (this.#characters > MOST_PATH_CHARACTERS) throw this.#complain('holds names that are too long');
    if (this.#taken.has(path)) throw this.#complain(`holds two things at "${path}"`);
    this.#taken.add(path);
    return path;
  }
}

type Parts = Map<PickleValue, PickleValue>;
type Part = readonly [PickleValue, PickleValue];

/** What has parts. */
type Whole = PickleObject | Parts | PickleValue[];

function partsOf(whole: Whole): Iterable<Part> {
  return whole instanceof PickleObject ? partsOfObject(whole) : whole.entries();
}

function* partsOfObject({ args, state, items, entries }: PickleObject): Iterable<Part> {
  const states = statesOf(state);
  for (const attributes of states) yield* attributesOf(attributes);
  yield* items.entries();
  yield* entries;
  if (states.length === 0 && items.length === 0 && entries.size === 0) yield* args.entries();
}

/** Attributes are a dict, or a pair of those in a dict and those in slots, either of which can be None. */
function statesOf(state: PickleValue): Parts[] {
  if (state instanceof Map) return [state];
  if (!Array.isArray(state) || state.length !== 2) return [];
  return state.filter((part) => part instanceof Map);
}

const MODULE_PARTS = ['_parameters', '_buffers', '_modules'];

function* attributesOf(state: Parts): Iterable<Part> {
  const parts = MODULE_PARTS.map((name) => state.get(name)).filter((part) => part instanceof Map);
  if (parts.length < MODULE_PARTS.length) {
    yield* state;
    return;
  }
  for (const part of parts) yield* part;
  for (const [name, value] of state) if (!MODULE_PARTS.includes(name as string)) yield [name, value];
}

function nameOf(key: PickleValue): string | null {
  if (typeof key === 'string') return key;
  const isWhole = typeof key === 'bigint' || (typeof key === 'number' && Number.isInteger(key));
  return isWhole ? String(key) : null;
}
