/** Bits after the binary point of a filter weight, as in Pillow's 8-bit resampling. */
const WEIGHT_BITS = 22;
/** Bits of the lower part of a weight; the upper part, with its sign, then fits 16 bits as well. */
const LOW_BITS = 12;
/** Tables kept for the next images; those of one size need two. */
const KEPT_TABLES = 64;

/** How one axis of an image is resized. */
export interface Axis {
  /** First pixel of the part of the input that is resized, and its length; pixels beyond it are not looked at. */
  readonly from: number;
  readonly length: number;
  /** Length of the whole result. */
  readonly size: number;
  /** First pixel of the result that is wanted, and how many. */
  readonly start: number;
  readonly count: number;
}

/** Which input pixels make up each output pixel of an axis, in the form that `resample.as` takes. */
export interface FilterTaps {
  /** Number of input pixels of every output pixel: a multiple of what was asked for. */
  readonly count: number;
  /** First input pixel of each output pixel, counted from the start of the part. */
  readonly firsts: Int32Array;
  /** For each output pixel and pair of input pixels: the two upper parts, then the two lower parts, 16 bits each. */
  readonly weights: Int32Array;
  /** End of the last input pixel that has a weight. */
  readonly end: number;
}

const kept = new Map<string, FilterTaps>();

/**
 * Computes the weights of the antialiased bicubic filter with the operations of Pillow, in its order.
 *
 * w_ij = k((j − c_i + ½)/s) / Σ_j k(…), with c_i = (i + ½)·in/out, s = max(1, in/out) and Keys' cubic
 * k with a = −½, rounded to 22 bits after the binary point.
 * Source: Pillow 12.3, `src/libImaging/Resample.c`, `precompute_coeffs` and `normalize_coeffs_8bpc`.
 *
 * @param axis see {@link Axis}
 * @param multiple the number of taps is filled up with zeros to a multiple of this; even
 * @returns the taps; shared with later callers, so not to be changed
 */
export function filterTaps(axis: Axis, multiple: number): FilterTaps {
  const { length, size, start, count } = axis;
  const key = `${length}/${size}/${start}/${count}/${multiple}`;
  const known = kept.get(key);
  if (known !== undefined) return known;

  const scale = length / size;
  const stretch = Math.max(1, scale);
  const support = 2 * stretch;
  const firsts = new Int32Array(count);
  const ends = new Int32Array(count);
  let most = 0;
  for (let i = 0; i < count; i++) {
    const center = (start + i + 0.5) * scale;
    firsts[i] = Math.max(0, Math.trunc(center - support + 0.5));
    ends[i] = Math.min(length, Math.trunc(center + support + 0.5));
    most = Math.max(most, ends[i] - firsts[i]);
  }
  const taps = Math.ceil(most / multiple) * multiple;
  const weights = new Int32Array(count * taps);
  const raw = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const center = (start + i + 0.5) * scale;
    raw.fill(0);
    let total = 0;
    for (let j = 0; j < ends[i] - firsts[i]; j++) {
      raw[j] = cubic((j + firsts[i] - center + 0.5) * (1 / stretch));
      total += raw[j];
    }
    for (let j = 0; j < taps; j += 2) {
      const first = toFixedPoint(raw[j] / total);
      const second = toFixedPoint(raw[j + 1] / total);
      weights[i * taps + j] = toPair(first >> LOW_BITS, second >> LOW_BITS);
      weights[i * taps + j + 1] = toPair(lowPart(first), lowPart(second));
    }
  }
  const result = { count: taps, firsts, weights, end: Math.max(...ends) };
  if (kept.size === KEPT_TABLES) kept.clear();
  kept.set(key, result);
  return result;
}

/** Keys' cubic with a = −½ (Catmull–Rom). */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * -0.5;
  return 0;
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** WEIGHT_BITS + (weight < 0 ? -0.5 : 0.5));
}

function lowPart(weight: number): number {
  return weight & (2 ** LOW_BITS - 1);
}

function toPair(first: number, second: number): number {
  return (first & 0xffff) | (second << 16);
}
