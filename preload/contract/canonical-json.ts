/** Any value that JSON can carry without loss. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Returns the canonical JSON text of a value: keys sorted by code unit, no white space, numbers in
 * the shortest form that reads back equal (ECMAScript `Number::toString`, as RFC 8785 asks).
 *
 * Two values have the same text if and only if they are equal as JSON, so a hash of the text
 * identifies the value.
 *
 * @param value a JSON value; properties that are `undefined` are left out, as `JSON.stringify` does
 * @returns the text
 * @throws {TypeError} for a number that JSON cannot hold (NaN, infinities) or a value that is not JSON
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlainObject(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`JSON cannot hold a value of type ${typeof value}`);
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
