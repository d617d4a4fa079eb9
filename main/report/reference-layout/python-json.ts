/** What the reference implementation stores: objects of objects of floats; null for a ratio to nothing. */
export type FloatTree = number | null | { readonly [key: string]: FloatTree };

/**
 * Writes a number as Python's `repr` writes a float: shortest digits that give the same number back, always
 * with a point or an exponent (1.0, 0.15000000000000002, 1e-05).
 */
export function pythonFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value
      .toExponential()
      .replace(/e([+-])(\d)$/, 'e$10$2')
      .replace('e+0', 'e+');
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/**
 * Writes a tree of floats as Python's `json.dump` does: with `indent=4`, or in one line.
 *
 * @param indent spaces per level; null for one line
 */
export function pythonJson(value: FloatTree, indent: number | null, level = 1): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return pythonFloat(value);
  const entries = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${pythonJson(inner, indent, level + 1)}`,
  );
  if (entries.length === 0) return '{}';
  if (indent === null) return `{${entries.join(', ')}}`;
  const space = ' '.repeat(indent * level);
  return `{\n${entries.map((entry) => space + entry).join(',\n')}\n${' '.repeat(indent * (level - 1))}}`;
}
