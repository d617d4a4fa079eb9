/** Writes a number for TeX with seven digits, which is more than a printer can show. */
export function writeTexNumber(value: number): string {
  const text = String(Number(value.toPrecision(7)));
  return text === '-0' ? '0' : text;
}

/** Writes a length for TeX: points of 1/72 inch, with two decimals. */
export function writeLength(points: number): string {
  return `${Number(points.toFixed(2))}bp`;
}

/** Writes places of a plot, several on a line. */
export function writeCoordinates(
  points: readonly (readonly [x: number, y: number, more?: string])[],
): string {
  const written = points.map(
    ([x, y, more = '']) => `(${writeTexNumber(x)},${writeTexNumber(y)})${more === '' ? '' : ` ${more}`}`,
  );
  const lines: string[] = [];
  for (let start = 0; start < written.length; start += 8)
    lines.push(written.slice(start, start + 8).join(' '));
  return lines.length === 1
    ? `coordinates {${lines[0]}}`
    : `coordinates {\n      ${lines.join('\n      ')}\n    }`;
}
