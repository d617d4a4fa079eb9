/** A place on an axis with what stands beside it. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Chooses round places on a linear axis: multiples of 1, 2, 2.5 or 5 times a power of ten.
 *
 * @param range ascending
 * @param most how many there is room for, at least 2
 */
export function linearTicks([low, high]: readonly [number, number], most: number): Tick[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  // A little more than the range, so that an end is not lost to rounding.
  const slack = (high - low) * 1e-9;
  const firstOf = (step: number) => Math.ceil((low - slack) / step);
  const lastOf = (step: number) => Math.floor((high + slack) / step);
  const steps = [1, 2, 2.5, 5, 10, 20, 25, 50].map((factor) => factor * power);
  const step = steps.find((size) => lastOf(size) - firstOf(size) < most) ?? steps[steps.length - 1];
  const [first, last] = [firstOf(step), lastOf(step)];
  const digits = decimalsOf(step);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = (first + i) * step;
    return { at: Number(at.toFixed(digits)), label: plainNumber(at, digits) };
  });
}

/**
 * Chooses powers of ten on a logarithmic axis; where the range holds less than two of them, round numbers within.
 *
 * @param range positive, ascending
 * @param most how many there is room for
 */
export function logTicks([low, high]: readonly [number, number], most: number): Tick[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (last - first < 1) {
    return linearTicks([low, high], Math.min(most, 4)).filter(({ at }) => at > 0);
  }
  const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, most)));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (exponent) => (exponent - first) % stride === 0,
  );
  return exponents.map((exponent) => ({ at: 10 ** exponent, label: powerOfTen(exponent) }));
}

function powerOfTen(exponent: number): string {
  if (exponent === 0) return '1';
  if (exponent === 1) return '10';
  const digits = Array.from(String(Math.abs(exponent)), (digit) => raised[Number(digit)]).join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

function decimalsOf(step: number): number {
  for (let digits = 0; digits < 12; digits++) {
    if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) return digits;
  }
  return 12;
}

/** Writes a number with a real minus. */
function plainNumber(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
