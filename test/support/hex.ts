/** An id of 64 hexadecimal digits that ends with a number. */
export function hex(digit: string, number: number): string {
  return number.toString(16).padStart(64, digit);
}
