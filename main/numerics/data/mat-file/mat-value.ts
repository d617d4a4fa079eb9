/** Numbers as a file stores them, which may be a smaller type than that of the array: whole doubles are. */
export type MatNumbersStorage =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** A numeric or logical array; the first dimension varies fastest. */
export interface MatNumbers {
  readonly kind: 'numbers';
  readonly dims: readonly number[];
  readonly values: MatNumbersStorage;
}

/** A character array. */
export interface MatText {
  readonly kind: 'text';
  readonly dims: readonly number[];
  /** One string for each row. */
  readonly rows: readonly string[];
}

/** A cell array; the first dimension varies fastest. */
export interface MatCells {
  readonly kind: 'cells';
  readonly dims: readonly number[];
  readonly cells: readonly MatValue[];
}

/** An array of structures; the first dimension varies fastest. */
export interface MatStructs {
  readonly kind: 'structs';
  readonly dims: readonly number[];
  /** Values of each field, one for each element of the array. */
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
}

/** An array of a kind that is not read: complex, sparse, an object, a function. */
export interface MatUnread {
  readonly kind: 'unread';
  readonly dims: readonly number[];
}

/** The value of a variable, or an element of another value. */
export type MatValue = MatNumbers | MatText | MatCells | MatStructs | MatUnread;
