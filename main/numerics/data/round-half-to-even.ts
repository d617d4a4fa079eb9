/**
 * Rounds to the nearest integer, and a half to the even one: Python's `round`, which decides where
 * torchvision cuts.
 *
 * @param value a finite number
 * @returns an integer
 */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
