import type { TorchDataType } from './data-types';

/**
 * What a pickle can hold, as data: `null` for None, arrays for lists, tuples and sets, maps for dicts. Maps
 * and not plain objects, because the file chooses the keys.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleObject
  | PickleStorage
  | PickleTensor;

/** The name of a class or function. It stays a name: nothing is looked up or called. */
export class PickleGlobal {
  readonly name: string;

  /**
   * @param name module and name, with a dot between them
   */
  constructor(name: string) {
    this.name = name;
  }
}

/** What would be an instance of a class, or the result of a function, if it were made. */
export class PickleObject {
  readonly className: string;
  readonly args: readonly PickleValue[];
  /** What it would restore its attributes from; usually a map by name. */
  state: PickleValue = null;
  /** What would be appended to it. */
  readonly items: PickleValue[] = [];
  /** What would be set in it by key. */
  readonly entries = new Map<PickleValue, PickleValue>();

  /**
   * @param className module and name of the class or function
   * @param args what it would be called with
   */
  constructor(className: string, args: readonly PickleValue[]) {
    this.className = className;
    this.args = args;
  }
}

/** Where numbers lie, as a pickle refers to it. */
export class PickleStorage {
  readonly key: string;
  readonly dtype: TorchDataType;
  /** How many numbers it has. */
  readonly count: number;
  /** Where it begins among the numbers stored under the key; not 0 only for views in old files. */
  readonly first: number;

  /**
   * @param key what the container keeps the numbers under
   * @param dtype the type of the numbers
   * @param count how many there are
   * @param first where they begin among those stored under the key
   */
  constructor(key: string, dtype: TorchDataType, count: number, first: number) {
    this.key = key;
    this.dtype = dtype;
    this.count = count;
    this.first = first;
  }
}

/** What a pickle says about a tensor; nothing of it is checked but the storage. */
export interface PickleTensorParts {
  readonly storage: PickleStorage;
  readonly dtype: TorchDataType;
  readonly offset: PickleValue;
  readonly shape: PickleValue;
  readonly strides: PickleValue;
  /** Whether its numbers count as negated or conjugated. */
  readonly isAltered: boolean;
}

/** A tensor; see {@link PickleTensorParts}. */
export class PickleTensor {
  readonly parts: PickleTensorParts;

  /**
   * @param parts what the pickle says about it
   */
  constructor(parts: PickleTensorParts) {
    this.parts = parts;
  }
}
